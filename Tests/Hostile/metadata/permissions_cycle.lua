-- outcome: error
-- phase: metadata
-- attacks: permissions that hold themselves are refused
-- says: contains itself
local p = { store = true }
p.read = p
return { name = "x", version = "1.0.0", plugin_type = "processor", permissions = p }
