-- outcome: timeout
-- phase: process
-- attacks: no message handler keeps a call that waits beyond its limit

return {
  name = "waits-sleep_in_handlers", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    while true do xpcall(function() xpcall(ctx.sleep, print, 1e8) end, function() ctx.sleep(1e8) end) end
  end,
}
