-- outcome: ok
-- attacks: arithmetic on strings goes through the metatable of strings without harm

return {
  name = "environment-string_arithmetic", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if "10" + 5 ~= 15 or "0x10" * 2 ~= 32 or -"2" ~= -2 then error("wrong") end
    if pcall(function() return "a" + 1 end) then error("let through") end
    pcall(function() getmetatable("").__add = function(a, b) return a .. b end end)
    pcall(function() return "a" + "b" end)
  end,
}
