-- outcome: timeout
-- phase: process
-- attacks: an __index function ends at the deadline

return {
  name = "time-index_function_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __index = function() while true do end end })
    while true do pcall(function() return t.x end) end
  end,
}
