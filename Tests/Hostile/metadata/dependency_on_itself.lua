-- outcome: error
-- phase: dependencies
-- attacks: a plugin cannot depend on itself
-- says: depends on itself
return { name = "metadata-self", version = "1.0.0", plugin_type = "processor", dependencies = { "metadata-self" } }
