-- outcome: error
-- phase: process
-- attacks: a result with a function in it is refused, and the message says where
-- says: got function

return {
  name = "output-result_function", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { a = { b = { 1, 2, print } } }
  end,
}
