-- outcome: memory
-- phase: process
-- attacks: a string of a gigabyte is not made

return {
  name = "memory-rep", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #string.rep("x", 1000000000)
  end,
}
