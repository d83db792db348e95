-- outcome: error
-- phase: process
-- attacks: modules that require one another end as an error that names one
-- says: loop
return {
  name = "require-loop", version = "1.0.0", plugin_type = "processor",
  process = function() return require("a") end,
}
