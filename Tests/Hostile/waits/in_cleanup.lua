-- outcome: timeout
-- phase: cleanup
-- attacks: cleanup ends at its limit while it waits

return {
  name = "waits-in_cleanup", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  cleanup = function(ctx) while true do pcall(ctx.sleep, 1e8) end end,
  process = function(ctx, item)
    return item
  end,
}
