-- outcome: ok
-- attacks: a function that closes over a dead coroutine's variables stays sound

return {
  name = "coroutines-closes_over_dead_ones", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local functions = {}
    for i = 1, 200 do
      local co = coroutine.create(function()
        local values = { i }
        functions[i] = function() values[1] = values[1] + 1 return values[1] end
        if i % 3 == 0 then error("dead") elseif i % 3 == 1 then coroutine.yield() end
      end)
      coroutine.resume(co)
      if i % 3 == 1 then coroutine.close(co) end
    end
    for i = 1, 50 do local s = ("x"):rep(10000 + i) end
    local sum = 0
    for i = 1, 200 do sum = sum + functions[i]() end
    if sum ~= 20300 then error("wrong sum: " .. sum) end
  end,
}
