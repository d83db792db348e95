-- outcome: ok
-- attacks: numbers at the edges crash nothing

return {
  name = "environment-math_edges", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local numbers = { 0, -0.0, 1, -1, 1.5, math.maxinteger, math.mininteger, math.huge, -math.huge, 0 / 0, 2 ^ 53, 2 ^ 63, -2 ^ 63, 5e-324 }
    for _, a in ipairs(numbers) do
      for _, b in ipairs(numbers) do
        for _, f in ipairs({ math.fmod, math.log, math.atan, math.ult, math.max, math.random, math.tointeger,
          function(a, b) return a // b end, function(a, b) return a % b end, function(a, b) return a << b end, function(a, b) return a ~ b end,
          function(a, b) for i = a, a, b do break end end, string.rep }) do
          if f ~= string.rep then pcall(f, a, b) end
        end
      end
    end
    if pcall(math.random, 0) and pcall(math.random, 2, 1) then error("let through") end
  end,
}
