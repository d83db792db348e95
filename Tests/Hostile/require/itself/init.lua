-- outcome: ok,error
-- attacks: a plugin that requires its own init does not run it for ever
local ok, value = pcall(require, "init")
return {
  name = "require-itself", version = "1.0.0", plugin_type = "processor",
  process = function() return type(value) end,
}
