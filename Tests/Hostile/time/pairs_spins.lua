-- outcome: timeout
-- phase: process
-- attacks: a __pairs metamethod ends at the deadline

return {
  name = "time-pairs_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end
  end,
}
