-- outcome: ok
-- attacks: a __gc that a metatable inherits does not run

return {
  name = "close-gc_inherited", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = setmetatable({}, { __index = { __gc = function() while true do end end } })
    for i = 1, 1000 do setmetatable({}, mt) end
    for i = 1, 100 do local s = ("x"):rep(50000 + i) end
  end,
}
