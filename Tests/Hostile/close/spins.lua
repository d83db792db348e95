-- outcome: timeout
-- phase: process
-- attacks: a close variable that loops ends at the deadline

return {
  name = "close-spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() while true do end end })
  end,
}
