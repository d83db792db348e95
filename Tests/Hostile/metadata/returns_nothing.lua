-- outcome: error
-- phase: metadata
-- attacks: a script that returns nothing is refused
-- says: must return a table
local x = 1
