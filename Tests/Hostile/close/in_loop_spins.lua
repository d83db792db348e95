-- outcome: timeout
-- phase: process
-- attacks: the closing value of a for loop is under the limit

return {
  name = "close-in_loop_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i in next, { 1, 2 }, nil, setmetatable({}, { __close = function() while true do end end }) do break end
  end,
}
