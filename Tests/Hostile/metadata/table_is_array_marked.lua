-- outcome: error
-- phase: metadata
-- attacks: a table with the mark of another kind is refused
-- says: has a metatable
local mt = getmetatable("")
return setmetatable({ name = "x", version = "1.0.0", plugin_type = "processor" }, mt)
