-- outcome: memory
-- phase: process
-- attacks: a lower quota that the plugin declares holds

return {
  name = "memory-declared_quota_is_lower", version = "1.0.0", plugin_type = "processor",
  limits = { memory_mb = 1 },
  process = function(ctx, item)
    return #(("x"):rep(2000000))
  end,
}
