-- outcome: error,memory
-- phase: metadata
-- attacks: a name of a megabyte is refused
-- says: 'name' may take 256 KB
return { name = ("a"):rep(1000000), version = "1.0.0", plugin_type = "processor" }
