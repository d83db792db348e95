-- outcome: timeout
-- phase: process
-- attacks: coroutine.close runs __close under the limit

return {
  name = "coroutines-close_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co = coroutine.create(function()
      local x <close> = setmetatable({}, { __close = function() while true do end end })
      coroutine.yield()
    end)
    coroutine.resume(co)
    coroutine.close(co)
  end,
}
