-- outcome: memory,timeout
-- phase: process
-- attacks: a million suspended coroutines end at the quota

return {
  name = "memory-coroutines", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    while true do
      local co = coroutine.create(function() coroutine.yield() end)
      coroutine.resume(co)
      t[#t + 1] = co
    end
  end,
}
