-- outcome: ok
-- attacks: the coroutine that the host ran initialize in is of no use to the plugin later

local host

return {
  name = "coroutines-takes_the_hosts_coroutine", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    host = coroutine.running()
  end,
  process = function(ctx, item)
    local current = coroutine.running()
    for i = 1, 100 do
      if coroutine.resume(host, print, "x") then error("let through: resumed") end
      pcall(coroutine.close, host)
      coroutine.resume(host, i)
      coroutine.status(host)
      debug.traceback(host)
    end
    if coroutine.running() ~= current then error("moved") end
    return "went on"
  end,
  cleanup = function(ctx)
    for i = 1, 100 do
      coroutine.resume(host, print, "x")
      pcall(coroutine.close, host)
    end
  end,
}
