-- outcome: error
-- phase: metadata
-- attacks: a chunk that raises is reported with its place
-- says: no table today
error("no table today")
