-- outcome: ok
-- attacks: a __gc that rawset puts there is seen

return {
  name = "close-gc_by_rawset", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    rawset(mt, "__gc", function() while true do end end)
    if pcall(setmetatable, {}, mt) then error("let through") end
  end,
}
