-- outcome: ok,error
-- attacks: counts at the edges of integers do not trap the host

return {
  name = "output-metric_overflow", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, n in ipairs({ math.maxinteger, math.mininteger, -1, 0, 1, math.maxinteger }) do
      pcall(ctx.metrics.increment, "edge", n)
      pcall(ctx.metrics.record, "edge", n)
    end
    for _, n in ipairs({ 0 / 0, math.huge, -math.huge, 1e308, 5e-324, -0.0 }) do
      pcall(ctx.metrics.record, "edge", n)
      pcall(ctx.metrics.increment, "edge", n)
    end
  end,
}
