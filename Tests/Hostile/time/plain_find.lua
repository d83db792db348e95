-- outcome: timeout
-- phase: process
-- attacks: a plain search for a long needle is quadratic inside of C

return {
  name = "time-plain_find", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return ((("a"):rep(4000000)):find(("a"):rep(1000000) .. "b", 1, true))
  end,
}
