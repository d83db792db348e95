-- outcome: timeout
-- phase: process
-- attacks: %f and a class set at each position is quadratic inside of C

return {
  name = "time-pattern_frontier", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local found = ("a"):rep(2000000):find("%f[%w].-%f[%W]b")
    return found or ("ab"):rep(1000000):find("[a-z]*%d")
  end,
}
