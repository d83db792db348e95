-- outcome: ok,error,memory
-- attacks: an operation's name of a megabyte does not occupy the host for seconds
return { name = "metadata-long-operation", version = "1.0.0", plugin_type = "processor", process = function() end, [("a"):rep(1000000)] = function() end }
