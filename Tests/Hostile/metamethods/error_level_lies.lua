-- outcome: error
-- phase: process
-- attacks: levels beyond the stack do not read outside of it

return {
  name = "metamethods-error_level_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, level in ipairs({ -1, 0, 1, 2, 3, 100, 2147483647, -2147483648, 4294967297, math.maxinteger, math.mininteger }) do pcall(error, "x", level) end
    error("x", math.maxinteger)
  end,
}
