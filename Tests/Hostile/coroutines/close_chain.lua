-- outcome: ok,error,memory,timeout
-- attacks: coroutines whose __close closes the one before do not overflow the C stack

return {
  name = "coroutines-close_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local coro = false
    for i = 1, 11000 do
      local previous = coro
      coro = coroutine.create(function()
        local x <close> = setmetatable({}, { __close = function()
          if previous then coroutine.close(previous) end
        end })
        coroutine.yield()
      end)
      coroutine.resume(coro)
    end
    coroutine.close(coro)
  end,
}
