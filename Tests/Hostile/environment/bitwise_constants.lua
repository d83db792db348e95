-- outcome: ok
-- attacks: bitwise operations on float constants are folded right, as 5.4.4 at first did not

return {
  name = "environment-bitwise_constants", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if (0xF0.0 | 0xCC.0 ~ 0xAA & 0xFD) ~= 0xF4 or (0xFD & 0xAA ~ 0xCC.0 | 0xF0.0) ~= 0xF4 then error("folded wrong") end
    local x <const> = 0xAA
    if (0xFF & x) ~= 0xAA or (0x0F.0 | x) ~= 0xAF or (x ~ 0xFF.0) ~= 0x55 then error("wrong value") end
    if pcall(function() return 1.5 | 1 end) then error("let through") end
  end,
}
