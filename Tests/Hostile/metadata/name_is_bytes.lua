-- outcome: error
-- phase: metadata
-- attacks: a name that is no text is refused
return { name = "\255\254", version = "1.0.0", plugin_type = "processor" }
