return {
  name = "full", version = "1.2.3-rc.1+5", description = "all of it", author = "A", plugin_type = "storage",
  dependencies = { "other >=1.0.0 <2.0.0", "third" },
  permissions = { store = true, timer = false, read = { "data/*.txt" }, http = { "example.com" }, clock = true },
  config = {
    size = { type = "integer", default = 5, minimum = 1, maximum = 9 },
    word = { type = "string", default = "a", minLength = 1, maxLength = 3, secret = true, description = "a word" },
    list = { type = "array", items = { type = "number" }, default = { 1, 2.5 } },
    kind = { type = "string", enum = { "a", "b" }, required = true },
  },
  limits = { cpu_ms = 50, wall_ms = 1000, memory_mb = 8 },
  initialize = function(ctx) ctx.log.info("here", { n = 1 }) end,
  put = function(ctx, key, value) end, get = function(ctx, key) return 1 end,
  cleanup = function(ctx) end,
}
