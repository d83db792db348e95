-- outcome: timeout
-- phase: process
-- attacks: a coroutine whose hooks are gone never runs again

return {
  name = "coroutines-close_of_one_that_an_error_of_the_limit_ended", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co = coroutine.create(function()
      local x <close> = setmetatable({}, { __close = function() while true do end end })
      table.sort({ 1, 2 }, function() while true do end end)
    end)
    while true do
      pcall(coroutine.resume, co)
      pcall(coroutine.close, co)
    end
  end,
}
