-- outcome: timeout
-- phase: process
-- attacks: a handler inside of a coroutine cannot catch the end of a call

return {
  name = "coroutines-xpcall_inside_wrap", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do
      pcall(coroutine.wrap(function()
        xpcall(function() while true do end end, function() while true do end end)
        while true do end
      end))
    end
  end,
}
