-- outcome: memory
-- phase: process
-- attacks: format that repeats a long argument ends at the quota

return {
  name = "memory-format_growth", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(1000000)
    return #string.format(("%s"):rep(30), table.unpack({ s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s }))
  end,
}
