-- outcome: memory,timeout
-- phase: process
-- attacks: a replacement that repeats its captures ends at the quota

return {
  name = "memory-gsub_captures", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(100)
    while true do s = s:gsub(".*", ("%0"):rep(100)) end
  end,
}
