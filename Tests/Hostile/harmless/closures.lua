-- outcome: ok
-- about: counters that share and do not share
-- result: [3,1,55]

return {
  name = "harmless-closures", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function counter() local n = 0 return function() n = n + 1 return n end end
    local a, b = counter(), counter()
    a() a()
    local fs = {}
    for i = 1, 10 do fs[i] = function() return i end end
    local sum = 0
    for _, f in ipairs(fs) do sum = sum + f() end
    return a(), b(), sum
  end,
}
