-- outcome: timeout
-- phase: process
-- attacks: a __tostring that tostring calls ends at the deadline

return {
  name = "time-tostring_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return tostring(setmetatable({}, { __tostring = function() while true do end end }))
  end,
}
