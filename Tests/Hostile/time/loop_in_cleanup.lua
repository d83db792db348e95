-- outcome: timeout
-- phase: cleanup
-- attacks: cleanup has a budget, and the plugin goes all the same

return {
  name = "time-loop_in_cleanup", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    while true do end
  end,
}
