-- outcome: timeout
-- phase: process
-- attacks: a module's text is under the limit of the call that requires it
return {
  name = "require-spins", version = "1.0.0", plugin_type = "processor",
  process = function() while true do pcall(require, "spin") end end,
}
