-- outcome: timeout
-- phase: process
-- attacks: a coroutine that loops ends at the deadline

return {
  name = "coroutines-loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    coroutine.wrap(function() while true do end end)()
  end,
}
