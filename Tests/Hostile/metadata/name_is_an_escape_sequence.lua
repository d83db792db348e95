-- outcome: error
-- phase: metadata
-- attacks: a name that steers a terminal is refused and reaches none
-- says: 'name' must be
return { name = "\27[2J\27]0;owned\7", version = "1.0.0", plugin_type = "processor" }
