-- outcome: timeout
-- phase: process
-- attacks: what closes an ended call cannot wait

return {
  name = "waits-in_a_close_of_an_ended_call", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    local c <close> = setmetatable({}, { __close = function() while true do pcall(ctx.sleep, 1e8) end end })
    ctx.sleep(1e8)
  end,
}
