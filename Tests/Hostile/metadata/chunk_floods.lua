-- outcome: memory,timeout
-- phase: metadata
-- attacks: a chunk that allocates without end is under the quota
local s = "x"
while true do s = s .. s end
