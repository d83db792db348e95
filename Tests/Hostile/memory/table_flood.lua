-- outcome: memory,timeout
-- phase: process
-- attacks: a table cannot grow beyond the quota

return {
  name = "memory-table_flood", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, math.huge do t[i] = i end
  end,
}
