-- outcome: error
-- phase: process
-- attacks: coroutine.yield as an operation does not suspend the host
return { name = "metadata-yield", version = "1.0.0", plugin_type = "processor", process = coroutine.yield }
