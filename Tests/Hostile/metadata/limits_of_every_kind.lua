-- outcome: error
-- phase: metadata
-- attacks: limits that are no positive numbers are refused
-- says: limits.cpu_ms
return { name = "x", version = "1.0.0", plugin_type = "processor", limits = { cpu_ms = -1 } }
