-- outcome: error
-- phase: initialize
-- attacks: a yield from initialize is an error
-- says: yield to the host

return {
  name = "coroutines-yields_to_host_in_initialize", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    coroutine.yield()
  end,
  process = function(ctx, item)
    return item
  end,
}
