-- outcome: ok
-- about: division, remainder and shifts at the edges
-- result: [-4,2,-9223372036854775808,0,true,-1,9223372036854775807,0]

return {
  name = "harmless-integers", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return -7 // 2, -7 % 3, math.mininteger // -1, math.mininteger % -1, math.maxinteger + 1 == math.mininteger, ~0, math.maxinteger, 1 << 64
  end,
}
