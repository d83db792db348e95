-- outcome: timeout
-- phase: process
-- attacks: host functions from coroutines that are given up end at the deadline

return {
  name = "ctx-log_from_a_coroutine_storm", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do coroutine.wrap(function() ctx.log.debug("x") coroutine.yield() end)() end
  end,
}
