-- outcome: memory,timeout
-- phase: process
-- attacks: coroutines that have waited are held within the quota

return {
  name = "waits-coroutines_that_wait", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    local t = {}
    while true do
      local co = coroutine.create(function() ctx.sleep(0) coroutine.yield() end)
      coroutine.resume(co)
      t[#t + 1] = co
    end
  end,
}
