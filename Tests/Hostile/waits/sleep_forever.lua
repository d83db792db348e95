-- outcome: timeout
-- phase: process
-- attacks: a call that waits ends at its limit

return {
  name = "waits-sleep_forever", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    ctx.sleep(1e8)
  end,
}
