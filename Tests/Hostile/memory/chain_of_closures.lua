-- outcome: memory,timeout
-- phase: process
-- attacks: a chain of upvalues cannot grow beyond the quota

return {
  name = "memory-chain_of_closures", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f = function() end
    while true do
      local g = f
      f = function() return g() end
    end
  end,
}
