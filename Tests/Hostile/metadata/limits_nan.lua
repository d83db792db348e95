-- outcome: error
-- phase: metadata
-- attacks: a limit that is NaN is refused
-- says: limits.cpu_ms
return { name = "x", version = "1.0.0", plugin_type = "processor", limits = { cpu_ms = 0 / 0 } }
