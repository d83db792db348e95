-- outcome: timeout
-- phase: process
-- attacks: a close variable that runs because time is over has a small budget of its own

return {
  name = "close-spins_after_timeout", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() while true do pcall(function() while true do end end) end end })
    while true do end
  end,
}
