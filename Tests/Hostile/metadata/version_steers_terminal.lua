-- outcome: error
-- phase: metadata
-- attacks: a version with escape sequences is refused and reaches no terminal
-- says: 'version' must be
return { name = "x", version = "1.0.0\27[2J", plugin_type = "processor" }
