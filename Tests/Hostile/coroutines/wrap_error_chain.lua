-- outcome: ok,error,memory,timeout
-- attacks: wrapped coroutines whose __close resumes the one before into an error do not overflow the C stack

return {
  name = "coroutines-wrap_error_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local call = function() end
    for i = 1, 11000 do
      local previous = call
      local step = coroutine.wrap(function()
        local x <close> = setmetatable({}, { __close = function() pcall(previous) end })
        coroutine.yield()
        error("x")
      end)
      step()
      call = step
    end
    pcall(call)
  end,
}
