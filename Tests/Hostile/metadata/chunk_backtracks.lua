-- outcome: timeout
-- phase: metadata
-- attacks: a pattern in the chunk is under the metadata budget
local n = ("a"):rep(400):find((".-"):rep(4) .. "b")
return { n = n }
