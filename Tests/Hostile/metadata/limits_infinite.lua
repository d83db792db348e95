-- outcome: error
-- phase: metadata
-- attacks: a limit that is infinite does not trap the host
-- says: limits.memory_mb
return { name = "x", version = "1.0.0", plugin_type = "processor", limits = { memory_mb = math.huge } }
