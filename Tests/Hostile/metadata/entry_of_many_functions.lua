-- outcome: ok,error,memory,timeout
-- attacks: five thousand operations do not harm the host
local t = { name = "metadata-functions", version = "1.0.0", plugin_type = "processor" }
for i = 1, 5000 do t["operation" .. i] = function() end end
t.process = function() return 1 end
return t
