-- outcome: timeout,error
-- phase: process
-- attacks: modules that require one another under pcall end at the deadline
return {
  name = "require-loop-swallowed", version = "1.0.0", plugin_type = "processor",
  process = function() while true do pcall(require, "a") end end,
}
