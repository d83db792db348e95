-- outcome: memory,timeout
-- phase: cleanup
-- attacks: the quota holds in cleanup, and the plugin goes all the same

return {
  name = "memory-in_cleanup", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    local s = "x"
    while true do s = s .. s end
  end,
}
