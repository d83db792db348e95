-- outcome: ok
-- about: fifty thousand values through a call
-- result: [50000]

return {
  name = "harmless-varargs_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 50000 do t[i] = i end
    return select("#", table.unpack(t))
  end,
}
