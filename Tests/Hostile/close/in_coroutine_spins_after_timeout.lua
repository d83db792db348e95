-- outcome: timeout
-- phase: process
-- attacks: close variables of a coroutine that was stopped are under the limit

return {
  name = "close-in_coroutine_spins_after_timeout", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co = coroutine.wrap(function()
      local x <close> = setmetatable({}, { __close = function() while true do end end })
      while true do end
    end)
    while true do pcall(co) end
  end,
}
