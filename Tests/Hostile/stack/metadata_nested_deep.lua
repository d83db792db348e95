-- outcome: error
-- phase: metadata
-- attacks: a manifest nested ten thousand deep does not overflow the host's stack
local deep = {}
for i = 1, 10000 do deep = { properties = deep } end
return { name = "stack-metadata_nested_deep", version = "1.0.0", plugin_type = "processor", config = { a = deep } }
