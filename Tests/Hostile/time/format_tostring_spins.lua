-- outcome: timeout
-- phase: process
-- attacks: a __tostring that format calls ends at the deadline

return {
  name = "time-format_tostring_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return string.format("%s", setmetatable({}, { __tostring = function() while true do end end }))
  end,
}
