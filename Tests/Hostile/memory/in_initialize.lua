-- outcome: memory,timeout
-- phase: initialize
-- attacks: the quota holds in initialize

return {
  name = "memory-in_initialize", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    local t = {}
    for i = 1, math.huge do t[i] = { i } end
  end,
  process = function(ctx, item)
    return item
  end,
}
