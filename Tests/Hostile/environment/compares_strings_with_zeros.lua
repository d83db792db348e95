-- outcome: ok
-- attacks: comparing strings with zeros does not read past their ends

return {
  name = "environment-compares_strings_with_zeros", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local strings = { "", "\0", "\0\0", "a\0", "a\0b", "a\0\0", "a", "\0a", ("\0"):rep(50), ("a\0"):rep(50) }
    local n = 0
    for _, a in ipairs(strings) do for _, b in ipairs(strings) do if a < b then n = n + 1 end end end
    if n ~= #strings * (#strings - 1) / 2 then error("no order: " .. n) end
  end,
}
