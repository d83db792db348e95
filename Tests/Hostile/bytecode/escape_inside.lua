-- outcome: error
-- phase: load
-- attacks: bytecode that follows text is a syntax error, and its bytes reach no terminal
local x = 1
LuaT
return {}
