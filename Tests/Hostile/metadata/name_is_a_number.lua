-- outcome: error
-- phase: metadata
-- attacks: a name that is no string is refused
-- says: 'name' must be
return { name = 42, version = "1.0.0", plugin_type = "processor" }
