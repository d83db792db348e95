-- outcome: error,memory
-- phase: process
-- attacks: a string longer than any is refused before it is made

return {
  name = "memory-rep_too_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #string.rep("x", math.maxinteger)
  end,
}
