-- outcome: ok
-- about: yields across pcall, metamethods and iterators
-- result: [[1,2,3,4],"done"]

return {
  name = "harmless-coroutines_yield_everywhere", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local got = {}
    local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end })
    local co = coroutine.wrap(function()
      pcall(coroutine.yield, 1)
      local _ = t[2]
      for v in function() return coroutine.yield(3) end do end
      xpcall(coroutine.yield, print, 4)
      return "done"
    end)
    for i = 1, 4 do got[i] = co() end
    return got, co()
  end,
}
