-- outcome: timeout
-- phase: initialize
-- attacks: initialize ends at its limit while it waits

return {
  name = "waits-in_initialize", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  initialize = function(ctx) ctx.sleep(1e8) end,
  process = function(ctx, item)
    return item
  end,
}
