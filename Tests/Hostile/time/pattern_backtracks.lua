-- outcome: timeout
-- phase: process
-- attacks: a pattern with four lazy repetitions never runs a Lua instruction

return {
  name = "time-pattern_backtracks", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("a"):rep(400):find((".-"):rep(4) .. "b"))
  end,
}
