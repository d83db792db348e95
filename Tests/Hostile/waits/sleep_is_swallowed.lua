-- outcome: timeout
-- phase: process
-- attacks: no pcall keeps a call that waits beyond its limit

return {
  name = "waits-sleep_is_swallowed", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    while true do pcall(ctx.sleep, 1e8) end
  end,
}
