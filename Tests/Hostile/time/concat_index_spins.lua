-- outcome: timeout
-- phase: process
-- attacks: table.concat whose elements come from an endless function ends at the deadline

return {
  name = "time-concat_index_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return table.concat(setmetatable({}, { __index = function() while true do end end }), "", 1, 10)
  end,
}
