-- outcome: memory,timeout
-- phase: metadata
-- attacks: a chunk that catches memory errors in a loop is ended
local kept = {}
while true do
  pcall(function() while true do kept[#kept + 1] = { {} } end end)
end
