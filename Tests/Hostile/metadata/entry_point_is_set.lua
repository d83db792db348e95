-- outcome: error
-- phase: metadata
-- attacks: what the loader fills in cannot be set
-- says: filled in by the loader
return {
  name = "x", version = "1.0.0", plugin_type = "processor",
  entry_point = "/etc/passwd",
  process = function(ctx, item) return item end,
}
