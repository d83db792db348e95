-- outcome: timeout
-- phase: metadata
-- attacks: a chunk that catches everything ends at the metadata budget
while true do pcall(function() while true do end end) end
