-- outcome: error,memory
-- attacks: ten thousand dependencies are resolved or refused
local d = {}
for i = 1, 10000 do d[i] = "plugin" .. i .. " >=1.0.0 <2.0.0" end
return { name = "metadata-dependencies", version = "1.0.0", plugin_type = "processor", dependencies = d }
