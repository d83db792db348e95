-- outcome: ok
-- about: waits in calls, coroutines, iterators, metamethods and handlers
-- result: [11,19]

return {
  name = "harmless-waits_everywhere", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local log = {}
    local function nap(value) ctx.sleep(0.0001) log[#log + 1] = value return value end
    pcall(nap, 1)
    xpcall(nap, print, 2)
    coroutine.wrap(function() nap(3) coroutine.wrap(nap)(4) end)()
    for value in coroutine.wrap(function() coroutine.yield(nap(5)) coroutine.yield(nap(6)) end) do nap(value + 2) end
    local proxy = setmetatable({}, { __index = function(_, key) return nap(key) end, __add = function(_, other) return nap(other) end })
    local sum = proxy[9] + (proxy + 10)
    do local c <close> = setmetatable({}, { __close = function() nap(11) end }) end
    return #log, sum
  end,
}
