-- outcome: timeout
-- phase: process
-- attacks: closing a coroutine that the limit ended does not run its code

return {
  name = "coroutines-close_of_a_stopped_one", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co = coroutine.create(function()
      local x <close> = setmetatable({}, { __close = function() while true do pcall(function() while true do end end) end end })
      while true do end
    end)
    while true do
      pcall(coroutine.resume, co)
      pcall(coroutine.close, co)
    end
  end,
}
