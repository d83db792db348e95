-- outcome: ok
-- attacks: a metatable with metamethods of its own cannot hide its __gc

return {
  name = "close-gc_hidden_from_pairs", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = setmetatable({ __gc = function() while true do end end }, {
      __index = function() return nil end, __pairs = function() return next, {}, nil end, __metatable = false,
    })
    if pcall(setmetatable, {}, mt) then error("let through") end
  end,
}
