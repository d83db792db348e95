-- outcome: denied
-- phase: initialize
-- attacks: permissions hold in initialize
-- says: needs the permission 'store'

return {
  name = "ctx-store_is_denied_in_initialize", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    ctx.store.list("")
  end,
  process = function(ctx, item)
    return item
  end,
}
