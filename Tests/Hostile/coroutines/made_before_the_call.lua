-- outcome: timeout
-- phase: process
-- attacks: a coroutine made before the limit was set obeys it

local co = coroutine.create(function() coroutine.yield() while true do end end)
coroutine.resume(co)

return {
  name = "coroutines-made_before_the_call", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    coroutine.resume(co)
  end,
}
