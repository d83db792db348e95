-- outcome: timeout
-- phase: process
-- attacks: a coroutine that was stopped in process and is resumed in cleanup is stopped again

local co

return {
  name = "coroutines-goes_on_in_cleanup", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    co = coroutine.create(function() while true do end end)
    coroutine.resume(co)
  end,
  cleanup = function(ctx)
    while true do
      coroutine.resume(co)
      pcall(coroutine.close, co)
    end
  end,
}
