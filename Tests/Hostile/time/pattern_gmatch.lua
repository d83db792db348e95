-- outcome: timeout
-- phase: process
-- attacks: one step of gmatch never runs a Lua instruction

return {
  name = "time-pattern_gmatch", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for word in ("a"):rep(10000):gmatch("a*a*a*a*b") do return word end
  end,
}
