-- outcome: error
-- phase: metadata
-- attacks: a chunk that raises nil is reported
error(nil)
