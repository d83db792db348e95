-- outcome: error
-- phase: metadata
-- attacks: a function is no table
-- says: must return a table
return function() while true do end end
