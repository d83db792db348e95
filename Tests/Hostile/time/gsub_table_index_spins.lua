-- outcome: timeout
-- phase: process
-- attacks: a table that gsub looks into ends at the deadline

return {
  name = "time-gsub_table_index_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __index = function() while true do end end })
    return (("x"):gsub("x", t))
  end,
}
