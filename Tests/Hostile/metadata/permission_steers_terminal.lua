-- outcome: error,ok
-- attacks: a permission's name with escape sequences reaches no terminal
return { name = "metadata-permission", version = "1.0.0", plugin_type = "processor", permissions = { ["\27[2J\r\n"] = true, read = { "\27[2J" } } }
