-- outcome: error,memory,timeout
-- phase: process
-- attacks: pcall around a __call that is the table itself does not keep it going

return {
  name = "stack-call_chain_swallowed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    setmetatable(t, { __call = t })
    while true do pcall(t) pcall(coroutine.wrap(t)) end
  end,
}
