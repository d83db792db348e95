-- outcome: error
-- phase: metadata
-- attacks: a function for a name is refused and not called
return { name = function() while true do end end, version = "1.0.0", plugin_type = "processor" }
