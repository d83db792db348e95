-- outcome: timeout
-- phase: metadata
-- attacks: a coroutine in the chunk is under the metadata budget
while true do pcall(coroutine.wrap(function() while true do end end)) end
