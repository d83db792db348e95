-- outcome: memory
-- phase: process
-- attacks: table.concat ends at the quota

return {
  name = "memory-concat", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(1000000)
    local t = {}
    for i = 1, 1000 do t[i] = s end
    return #table.concat(t)
  end,
}
