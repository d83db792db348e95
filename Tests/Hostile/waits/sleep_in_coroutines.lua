-- outcome: timeout
-- phase: process
-- attacks: coroutines around a wait do not keep it beyond its limit

return {
  name = "waits-sleep_in_coroutines", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    local function down(n)
      if n == 0 then ctx.sleep(1e8) end
      return coroutine.wrap(down)(n - 1)
    end
    while true do pcall(down, 50) end
  end,
}
