-- outcome: memory,timeout
-- phase: process
-- attacks: a module's text is under the quota
return {
  name = "require-floods", version = "1.0.0", plugin_type = "processor",
  process = function() return require("flood") end,
}
