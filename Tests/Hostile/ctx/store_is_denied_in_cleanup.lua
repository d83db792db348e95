-- outcome: denied
-- phase: cleanup
-- attacks: permissions hold in cleanup
-- says: needs the permission 'store'

return {
  name = "ctx-store_is_denied_in_cleanup", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    ctx.store.delete("key")
  end,
}
