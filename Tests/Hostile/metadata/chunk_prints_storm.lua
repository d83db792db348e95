-- outcome: timeout
-- phase: metadata
-- attacks: a chunk that prints for ever ends at the metadata budget
while true do print("x") end
