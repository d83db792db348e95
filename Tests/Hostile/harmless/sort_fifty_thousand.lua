-- outcome: ok
-- about: a sort of fifty thousand sorted numbers
-- result: [1,50000]

return {
  name = "harmless-sort_fifty_thousand", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 50000 do t[i] = i end
    table.sort(t)
    return t[1], t[50000]
  end,
}
