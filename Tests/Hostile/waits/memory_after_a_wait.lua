-- outcome: memory,timeout
-- phase: process
-- attacks: waits give no new quota

return {
  name = "waits-memory_after_a_wait", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    local t = {}
    while true do
      pcall(function() t[#t + 1] = ("x"):rep(100000) .. #t end)
      ctx.sleep(0)
    end
  end,
}
