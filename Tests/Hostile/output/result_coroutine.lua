-- outcome: error
-- phase: process
-- attacks: a coroutine is no result
-- says: got thread

return {
  name = "output-result_coroutine", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return coroutine.create(print)
  end,
}
