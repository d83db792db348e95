-- outcome: error
-- phase: metadata
-- attacks: a table of an unknown shape is refused
-- says: unknown key
return { 1, 2, 3 }
