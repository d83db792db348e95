-- outcome: error,ok
-- attacks: a default with escape sequences reaches no terminal
return { name = "metadata-default", version = "1.0.0", plugin_type = "processor", config = { ["\27[2J"] = { type = "\27[31m", default = "\27[2J", description = "\r\n" } } }
