-- outcome: error
-- phase: metadata
-- attacks: a name with line breaks splits no log line
-- says: 'name' must be
return { name = "x\r\nforged: line", version = "1.0.0", plugin_type = "processor" }
