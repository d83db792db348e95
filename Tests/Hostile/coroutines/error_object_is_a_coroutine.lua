-- outcome: error
-- phase: process
-- attacks: a coroutine as an error value does not confuse the host

return {
  name = "coroutines-error_object_is_a_coroutine", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(coroutine.create(function() while true do end end))
  end,
}
