-- outcome: memory,timeout
-- phase: process
-- attacks: a close variable that runs because memory is out ends as well

return {
  name = "close-spins_after_memory_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() while true do end end })
    local s = "x"
    while true do s = s .. s end
  end,
}
