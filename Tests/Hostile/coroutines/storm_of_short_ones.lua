-- outcome: timeout
-- phase: process
-- attacks: coroutines that each end at once add up

return {
  name = "coroutines-storm_of_short_ones", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do coroutine.wrap(function() coroutine.yield() end)() end
  end,
}
