-- outcome: memory
-- phase: process
-- attacks: gsub that squares a text ends at the quota

return {
  name = "memory-gsub_growth", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(10000)
    s = s:gsub("x", s)
    return #s
  end,
}
