-- outcome: error
-- phase: metadata
-- attacks: a type that is none is refused
-- says: 'plugin_type' must be
return { name = "x", version = "1.0.0", plugin_type = "\27[2Jprocessor" }
