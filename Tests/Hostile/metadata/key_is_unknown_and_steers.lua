-- outcome: error
-- phase: metadata
-- attacks: an unknown key with escape sequences reaches no terminal
-- says: unknown key
return { name = "x", version = "1.0.0", plugin_type = "processor", ["\27[2J\r\nnmae"] = 1 }
