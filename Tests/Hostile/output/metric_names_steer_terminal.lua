-- outcome: ok,error
-- attacks: names and labels of metrics cannot split a line of the metrics page

return {
  name = "output-metric_names_steer_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    ctx.metrics.increment("a\nb 1\n# TYPE c counter", 1, { ["x\ny"] = '"} 1\n', ["\27[2J"] = "\27[2J" })
    ctx.metrics.record("", 1)
    ctx.metrics.record("\27[2J", 0 / 0)
    ctx.metrics.record("x", math.huge)
    ctx.metrics.increment("x", -1)
  end,
}
