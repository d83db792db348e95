-- outcome: error,memory
-- phase: metadata
-- attacks: an unknown key of a megabyte is refused without comparing it for seconds
return { name = "x", version = "1.0.0", plugin_type = "processor", [("a"):rep(1000000)] = 1 }
