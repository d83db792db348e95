-- outcome: denied
-- phase: process
-- attacks: the store is closed to who did not ask
-- says: needs the permission 'store'

return {
  name = "ctx-store_is_denied", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    ctx.store.put("key", 1)
  end,
}
