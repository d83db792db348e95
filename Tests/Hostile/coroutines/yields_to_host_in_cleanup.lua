-- outcome: error
-- phase: cleanup
-- attacks: a yield from cleanup is an error, and the plugin goes all the same
-- says: yield to the host

return {
  name = "coroutines-yields_to_host_in_cleanup", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    coroutine.yield()
  end,
}
