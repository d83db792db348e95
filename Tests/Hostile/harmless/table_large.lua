-- outcome: ok
-- about: a list of two hundred thousand integers
-- result: [200000,20000100000]

return {
  name = "harmless-table_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 200000 do t[i] = i end
    local sum = 0
    for _, v in ipairs(t) do sum = sum + v end
    return #t, sum
  end,
}
