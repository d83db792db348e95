-- outcome: ok,error
-- attacks: an operation's name with escape sequences reaches no terminal
return { name = "metadata-key", version = "1.0.0", plugin_type = "processor", process = function() end, ["\27[2J\r\nproces"] = function() end }
