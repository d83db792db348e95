-- outcome: error,memory
-- phase: metadata
-- attacks: a table of fifty thousand keys is refused without harm
local t = { name = "x", version = "1.0.0", plugin_type = "processor" }
for i = 1, 50000 do t["key" .. i] = i end
return t
