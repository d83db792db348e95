-- outcome: error
-- phase: process
-- attacks: a module that is bytecode is refused before it is loaded
-- says: bytecode
return {
  name = "bytecode-require", version = "1.0.0", plugin_type = "processor",
  process = function() return require("compiled") end,
}
