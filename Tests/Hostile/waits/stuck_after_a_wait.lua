-- outcome: timeout
-- phase: process
-- attacks: a call is broken off after a wait as before one

return {
  name = "waits-stuck_after_a_wait", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    ctx.sleep(0)
    local t, m = {}, (1 << 17) - 1
    for k = 1, 65536 do t[k * m] = true end
    for k = 65537, 65546 do t[k * m] = true end
    ctx.sleep(1e8)
  end,
}
