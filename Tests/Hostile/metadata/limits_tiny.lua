-- outcome: error,timeout,memory,ok
-- attacks: limits near zero do not trap the host
return { name = "metadata-tiny", version = "1.0.0", plugin_type = "processor", limits = { cpu_ms = 1e-9, wall_ms = 1e-9, memory_mb = 1e-9 }, process = function() while true do local t = {} end end }
