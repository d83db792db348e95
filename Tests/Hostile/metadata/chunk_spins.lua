-- outcome: timeout
-- phase: metadata
-- attacks: a chunk that loops ends at the metadata budget
while true do end
