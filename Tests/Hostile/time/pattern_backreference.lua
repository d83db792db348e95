-- outcome: timeout
-- phase: process
-- attacks: a back reference compares long captures at each step

return {
  name = "time-pattern_backreference", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("a"):rep(60000):find("(a*)%1b"))
  end,
}
