-- outcome: timeout
-- phase: process
-- attacks: a wait in __close ends at the call's limit

return {
  name = "waits-in_a_close", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    do local c <close> = setmetatable({}, { __close = function() ctx.sleep(1e8) end }) end
  end,
}
