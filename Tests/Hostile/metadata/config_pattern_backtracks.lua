-- outcome: ok,error
-- attacks: a pattern in a description cannot hang the host
return { name = "metadata-pattern", version = "1.0.0", plugin_type = "processor", config = { a = { type = "string", default = ("a"):rep(40), pattern = "^(a+)+$b" } } }
