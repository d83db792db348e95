-- outcome: error,memory
-- phase: metadata
-- attacks: a chunk that recurses without end is an error
local function f() return 1 + f() end
return f()
