-- outcome: error
-- phase: metadata
-- attacks: a table with a metatable is refused
-- says: has a metatable
local function spin() while true do end end
return setmetatable({ name = "x", version = "1.0.0", plugin_type = "processor" }, { __index = spin, __pairs = spin, __len = spin, __metatable = false })
