-- outcome: timeout,memory
-- phase: metadata
-- attacks: the last resort works in the metadata phase as well
local step = (1 << 17) - 1
local t = {}
for k = 1, 1 << 16 do t[k * step] = true end
t.x = true
return t
