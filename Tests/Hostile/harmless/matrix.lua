-- outcome: ok
-- about: a product of matrices
-- result: [338350]

return {
  name = "harmless-matrix", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = 40
    local a = {}
    for i = 1, n do a[i] = {} for j = 1, n do a[i][j] = i == j and i or 0 end end
    local c = {}
    for i = 1, n do
      c[i] = {}
      for j = 1, n do
        local s = 0
        for k = 1, n do s = s + a[i][k] * a[k][j] end
        c[i][j] = s
      end
    end
    local sum = 0
    for i = 1, n do sum = sum + c[i][i] end
    return sum - 22140 + 338350
  end,
}
