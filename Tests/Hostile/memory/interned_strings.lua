-- outcome: memory,timeout
-- phase: process
-- attacks: a million short strings end at the quota

return {
  name = "memory-interned_strings", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, math.huge do t[i] = string.pack("j", i) end
  end,
}
