-- outcome: memory,timeout,error
-- phase: process
-- attacks: the stacks of coroutines count

return {
  name = "memory-coroutine_with_large_stack", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    while true do
      local co = coroutine.create(function(...) coroutine.yield(...) end)
      coroutine.resume(co, table.unpack({}, 1, 50000))
      t[#t + 1] = co
    end
  end,
}
