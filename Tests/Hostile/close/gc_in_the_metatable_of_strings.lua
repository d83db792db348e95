-- outcome: ok
-- attacks: a __gc in the metatable of strings does not run

return {
  name = "close-gc_in_the_metatable_of_strings", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = getmetatable("")
    if type(mt) == "table" then pcall(function() mt.__gc = function() while true do end end end) end
    if type(mt) == "table" and mt.__gc and pcall(setmetatable, {}, mt) then error("let through") end
    for i = 1, 100 do local s = ("x"):rep(50000 + i) end
  end,
}
