-- outcome: timeout
-- phase: process
-- attacks: a lower limit that the plugin declares holds
-- says: 20 ms

return {
  name = "time-declared_limit_is_lower", version = "1.0.0", plugin_type = "processor",
  limits = { cpu_ms = 20 },
  process = function(ctx, item)
    while true do end
  end,
}
