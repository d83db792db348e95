-- outcome: error
-- phase: metadata
-- attacks: an operation that is no function is refused
-- says: must be a function
return { name = "x", version = "1.0.0", plugin_type = "processor", process = "\27[2J" }
