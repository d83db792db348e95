-- outcome: error
-- phase: metadata
-- attacks: keys that are no strings are refused and can be shown
return { name = "x", version = "1.0.0", plugin_type = "processor", [1.5] = 1, [true] = 2, [{}] = 3, ["\27[2J"] = print }
