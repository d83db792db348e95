-- outcome: timeout
-- phase: process
-- attacks: waits that end at once give no new budget

return {
  name = "waits-sleep_of_nothing", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    while true do ctx.sleep(0) end
  end,
}
