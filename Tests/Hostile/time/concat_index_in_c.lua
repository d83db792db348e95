-- outcome: timeout,memory
-- phase: process
-- attacks: table.concat whose elements come from a C function never runs a Lua instruction

return {
  name = "time-concat_index_in_c", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #table.concat(setmetatable({}, { __index = rawlen }), "", 1, 1000000000)
  end,
}
