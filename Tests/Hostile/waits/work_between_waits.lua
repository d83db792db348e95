-- outcome: timeout
-- phase: process
-- attacks: work between waits is one call's work

return {
  name = "waits-work_between_waits", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    while true do
      for i = 1, 100000 do end
      ctx.sleep(0)
    end
  end,
}
