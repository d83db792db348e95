-- outcome: error
-- phase: metadata
-- attacks: a chunk that raises a table is reported by its message
-- says: no table today
error({ message = "no table today\27[2J\n", code = "x" })
