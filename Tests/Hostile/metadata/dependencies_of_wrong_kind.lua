-- outcome: error
-- phase: metadata
-- attacks: dependencies of another shape are refused
return { name = "x", version = "1.0.0", plugin_type = "processor", dependencies = { { {} }, print } }
