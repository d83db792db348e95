-- outcome: memory,timeout,ok,error
-- attacks: a metric's name or label for each call does not pile up in the host

return {
  name = "memory-metrics_flood", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 100000 do ctx.metrics.increment("metric_" .. i, 1, { label = "value_" .. i }) end
  end,
}
