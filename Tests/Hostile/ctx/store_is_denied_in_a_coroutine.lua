-- outcome: denied
-- phase: process
-- attacks: a refusal in a coroutine is one to the host as well
-- says: needs the permission 'store'

return {
  name = "ctx-store_is_denied_in_a_coroutine", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return coroutine.wrap(function() return ctx.store.get("key") end)()
  end,
}
