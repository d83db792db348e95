-- outcome: error
-- phase: metadata
-- attacks: permissions of another shape are refused
return { name = "x", version = "1.0.0", plugin_type = "processor", permissions = { read = { [1] = "a", [3] = print } } }
