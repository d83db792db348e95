-- outcome: error,memory
-- phase: process
-- attacks: a product of lengths does not overflow

return {
  name = "memory-rep_overflow", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #string.rep(("x"):rep(1 << 20), 1 << 44, ("y"):rep(1 << 20))
  end,
}
