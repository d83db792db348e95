-- outcome: timeout
-- phase: process
-- attacks: a coroutine that the hook cannot yield from ends, and its resumer with it

return {
  name = "coroutines-sort_inside_coroutine", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do
      coroutine.resume(coroutine.create(function()
        table.sort({ 3, 2, 1 }, function() while true do pcall(function() while true do end end) end end)
      end))
    end
  end,
}
