-- outcome: error
-- phase: metadata
-- attacks: a configuration that holds itself is refused
-- says: contains itself
local c = { type = "object" }
c.properties = { c = c }
return { name = "x", version = "1.0.0", plugin_type = "processor", config = { c = c } }
