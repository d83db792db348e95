-- outcome: ok
-- about: pairs, ipairs and iterators of one's own
-- result: [6,["a","b","c"],[10,20]]

return {
  name = "harmless-iterators", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local sum = 0
    for _, v in ipairs({ 1, 2, 3, nil, 5 }) do sum = sum + v end
    local keys = {}
    for k in pairs({ a = 1, b = 2, c = 3 }) do keys[#keys + 1] = k end
    table.sort(keys)
    local t = setmetatable({}, { __pairs = function() return function(_, k) k = (k or 0) + 1 if k < 3 then return k, k * 10 end end end })
    local values = {}
    for k, v in pairs(t) do values[k] = v end
    return sum, keys, values
  end,
}
