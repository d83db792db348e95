-- outcome: timeout
-- phase: process
-- attacks: a close variable that catches everything ends at the deadline

return {
  name = "close-swallows", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() while true do pcall(function() while true do end end) end end })
  end,
}
