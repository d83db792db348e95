-- outcome: timeout
-- phase: process
-- attacks: a __tostring that print calls ends at the deadline

return {
  name = "time-print_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print(setmetatable({}, { __tostring = function() while true do end end }))
  end,
}
