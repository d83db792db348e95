-- outcome: ok
-- attacks: a close variable that closes its own coroutine is refused

return {
  name = "close-closes_itself", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co
    local refused
    co = coroutine.create(function()
      local x <close> = setmetatable({}, { __close = function() refused = not pcall(coroutine.close, co) end })
      coroutine.yield()
    end)
    coroutine.resume(co)
    coroutine.close(co)
    if not refused then error("let through") end
  end,
}
