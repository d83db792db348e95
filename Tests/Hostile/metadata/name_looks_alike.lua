-- outcome: error
-- phase: metadata
-- attacks: letters that look like others are no letters of a name
-- says: 'name' must be
return { name = "w\u{043E}rds", version = "1.0.0", plugin_type = "processor" }
