-- outcome: ok
-- about: twenty thousand closures
-- result: [200010000]

return {
  name = "harmless-closures_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local fs = {}
    for i = 1, 20000 do fs[i] = function(x) return x + i end end
    local sum = 0
    for i = 1, 20000 do sum = fs[i](sum) end
    return sum
  end,
}
