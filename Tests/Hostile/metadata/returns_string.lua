-- outcome: error
-- phase: metadata
-- attacks: a script that returns no table is refused
-- says: must return a table
return "\27[2J"
