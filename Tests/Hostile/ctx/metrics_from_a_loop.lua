-- outcome: timeout
-- attacks: counting for ever ends at the deadline

return {
  name = "ctx-metrics_from_a_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do ctx.metrics.increment("n") end
  end,
}
