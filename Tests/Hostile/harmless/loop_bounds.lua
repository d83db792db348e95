-- outcome: ok
-- about: for loops at the edges of integers
-- result: [3,0,11,2]

return {
  name = "harmless-loop_bounds", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local a, b, c, d = 0, 0, 0, 0
    for i = math.maxinteger - 2, math.maxinteger do a = a + 1 end
    for i = 1, 0 do b = b + 1 end
    for i = 0, 1, 0.1 do c = c + 1 end
    for i = math.mininteger + 1, math.mininteger, -1 do d = d + 1 end
    return a, b, c, d
  end,
}
