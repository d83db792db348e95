-- outcome: error
-- phase: metadata
-- attacks: a dependency with escape sequences reaches no terminal
return { name = "x", version = "1.0.0", plugin_type = "processor", dependencies = { "\27[2J\r\n >=1.0.0" } }
