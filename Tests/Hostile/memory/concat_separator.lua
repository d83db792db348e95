-- outcome: memory,timeout
-- phase: process
-- attacks: a long separator counts as well

return {
  name = "memory-concat_separator", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 10000 do t[i] = "" end
    return #table.concat(t, ("x"):rep(1000000))
  end,
}
