-- outcome: ok
-- attacks: what a chunk prints is escaped or dropped
print("\27[2J\r\nforged")
warn("\27[2J")
return {
  name = "metadata-prints", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item) return item end,
}
