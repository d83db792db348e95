-- outcome: ok,error
-- attacks: values after the table are dropped
local function many() return { name = "metadata-many", version = "1.0.0", plugin_type = "processor", process = function() end }, 2, 3, table.unpack({}, 1, 1000) end
return many()
