-- outcome: timeout
-- phase: process
-- attacks: a set of a hundred thousand members is searched for each character

return {
  name = "time-pattern_one_class_set", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local set = "[" .. ("b"):rep(500000) .. "]"
    return (("a"):rep(500000):find(set))
  end,
}
