-- outcome: error
-- phase: metadata
-- attacks: a name cannot be a path
-- says: 'name' must be
return { name = "../../etc/passwd", version = "1.0.0", plugin_type = "processor" }
