-- outcome: denied
-- phase: process
-- attacks: asking for the store does not grant it
-- says: needs the permission 'store'

return {
  name = "ctx-store_is_denied_to_who_asked", version = "1.0.0", plugin_type = "processor",
  permissions = { store = true },
  process = function(ctx, item)
    return ctx.store.get("key")
  end,
}
