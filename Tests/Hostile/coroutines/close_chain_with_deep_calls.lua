-- outcome: ok,error,memory,timeout
-- attacks: coroutines that close one another, each from as many C levels as there may be, do not overflow the C stack

return {
  name = "coroutines-close_chain_with_deep_calls", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function deep(n, last)
      if n == 0 then return last() end
      return (("x"):gsub("x", function() return deep(n - 1, last) end))
    end
    local coro = false
    for i = 1, 300 do
      local previous = coro
      coro = coroutine.create(function()
        local x <close> = setmetatable({}, { __close = function()
          if previous then deep(180, function() coroutine.close(previous) return "y" end) end
        end })
        coroutine.yield()
      end)
      coroutine.resume(coro)
    end
    coroutine.close(coro)
  end,
}
