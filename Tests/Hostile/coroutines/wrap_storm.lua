-- outcome: timeout
-- phase: process
-- attacks: wrapped coroutines under pcall end at the deadline

return {
  name = "coroutines-wrap_storm", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do pcall(coroutine.wrap(function() while true do end end)) end
  end,
}
