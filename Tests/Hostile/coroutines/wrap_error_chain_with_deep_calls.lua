-- outcome: ok,error,memory,timeout
-- attacks: coroutines that end by errors within one another, each from as many C levels as there may be, do not overflow the C stack

return {
  name = "coroutines-wrap_error_chain_with_deep_calls", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function deep(n, last)
      if n == 0 then return last() end
      return (("x"):gsub("x", function() return deep(n - 1, last) end))
    end
    local call = function() end
    for i = 1, 300 do
      local previous = call
      local step = coroutine.wrap(function()
        local x <close> = setmetatable({}, { __close = function() deep(180, function() pcall(previous) return "y" end) end })
        coroutine.yield()
        error("x")
      end)
      step()
      call = step
    end
    pcall(call)
  end,
}
