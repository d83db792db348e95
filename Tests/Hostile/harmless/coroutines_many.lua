-- outcome: ok
-- about: two thousand coroutines at once
-- result: [2000,2001000]

return {
  name = "harmless-coroutines_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local all, sum = {}, 0
    for i = 1, 2000 do all[i] = coroutine.wrap(function() coroutine.yield() return i end) all[i]() end
    for i = 1, 2000 do sum = sum + all[i]() end
    return #all, sum
  end,
}
