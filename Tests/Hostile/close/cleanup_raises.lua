-- outcome: error
-- phase: cleanup
-- attacks: a cleanup that raises is reported, and the plugin goes all the same
-- says: will not go

return {
  name = "close-cleanup_raises", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    error("will not go")
  end,
}
