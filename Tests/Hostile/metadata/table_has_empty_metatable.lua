-- outcome: error
-- phase: metadata
-- attacks: a table with an empty metatable is refused
-- says: has a metatable
return setmetatable({ name = "x", version = "1.0.0", plugin_type = "processor" }, {})
