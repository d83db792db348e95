-- outcome: timeout
-- phase: process
-- attacks: a pattern with greedy repetitions never runs a Lua instruction

return {
  name = "time-pattern_match_greedy", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("a"):rep(3000):match("^(a*a*a*a*a*)[^a]$"))
  end,
}
