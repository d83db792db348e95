-- outcome: error
-- phase: metadata
-- attacks: a chunk that yields does not suspend the host
-- says: yield to the host
coroutine.yield({})
return {}
