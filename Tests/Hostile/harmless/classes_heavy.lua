-- outcome: ok
-- about: twenty thousand objects with methods
-- result: [200010000]

return {
  name = "harmless-classes_heavy", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local Counter = {}
    Counter.__index = Counter
    function Counter.new(n) return setmetatable({ n = n }, Counter) end
    function Counter:get() return self.n end
    local sum = 0
    for i = 1, 20000 do sum = sum + Counter.new(i):get() end
    return sum
  end,
}
