-- outcome: timeout
-- phase: process
-- attacks: a higher limit that the plugin declares does not raise the host's
-- says: 100 ms

return {
  name = "time-declared_limit_is_higher", version = "1.0.0", plugin_type = "processor",
  limits = { cpu_ms = 100000, wall_ms = 100000, memory_mb = 4096 },
  process = function(ctx, item)
    while true do end
  end,
}
