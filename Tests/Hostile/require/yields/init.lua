-- outcome: error
-- phase: process
-- attacks: a module that yields does not suspend what requires it
-- says: yield
return {
  name = "require-yields", version = "1.0.0", plugin_type = "processor",
  process = function() return coroutine.wrap(function() return require("yielder") end)() end,
}
