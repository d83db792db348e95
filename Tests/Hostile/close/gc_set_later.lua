-- outcome: ok
-- attacks: a __gc that is put into a metatable later does not run

return {
  name = "close-gc_set_later", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    local t = setmetatable({}, mt)
    mt.__gc = function() while true do end end
    if pcall(setmetatable, {}, mt) then error("let through: a second table") end
    if pcall(setmetatable, t, mt) then error("let through: the same table again") end
    t = nil
    for i = 1, 100 do local s = ("x"):rep(50000 + i) end
  end,
}
