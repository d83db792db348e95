local t = setmetatable({}, { __index = function(_, k) return k end, __tostring = function() return "t" end })
return setmetatable({ name = "meta", version = "1.0.0", plugin_type = "monitor", author = t.x, observe = function(ctx, event) error(event) end,
  cleanup = function(ctx) error({ code = 1, message = "no" }) end }, { __metatable = false })
