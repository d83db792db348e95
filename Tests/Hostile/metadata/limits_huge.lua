-- outcome: ok,error
-- attacks: limits near the edge of numbers do not trap the host
return { name = "metadata-limits", version = "1.0.0", plugin_type = "processor", limits = { cpu_ms = 999999999999, wall_ms = 999999999999, memory_mb = 999999999999 }, process = function() return 1 end }
