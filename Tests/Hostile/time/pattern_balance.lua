-- outcome: timeout
-- phase: process
-- attacks: %b from each position of a long text is quadratic inside of C

return {
  name = "time-pattern_balance", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("("):rep(3000000):find("%b()"))
  end,
}
