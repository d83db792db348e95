-- outcome: ok,error,memory,timeout
-- attacks: ten thousand configuration keys do not harm the host
local c = {}
for i = 1, 10000 do c["key" .. i] = { type = "integer", default = i } end
return { name = "metadata-config", version = "1.0.0", plugin_type = "processor", config = c, process = function(ctx) return ctx.config.key7 end }
