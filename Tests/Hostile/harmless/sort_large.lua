-- outcome: ok
-- about: a sort of twenty thousand numbers
-- result: [true,20000]

return {
  name = "harmless-sort_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t, x = {}, 12345
    for i = 1, 20000 do
      x = (x * 1103515245 + 12345) % 2147483648
      t[i] = x
    end
    table.sort(t)
    for i = 2, #t do if t[i - 1] > t[i] then return false, i end end
    return true, #t
  end,
}
