-- outcome: error
-- phase: process
-- attacks: a syntax error in a module names the module, and no path of the host's
-- says: broken/oops.lua:2:
return {
  name = "require-broken", version = "1.0.0", plugin_type = "processor",
  process = function() return require("oops") end,
}
