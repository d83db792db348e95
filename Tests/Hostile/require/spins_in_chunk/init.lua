-- outcome: timeout
-- phase: metadata
-- attacks: a module that the chunk requires is under the metadata budget
local spin = require("spin")
return { name = "require-spins-in-chunk", version = "1.0.0", plugin_type = "processor", process = spin }
