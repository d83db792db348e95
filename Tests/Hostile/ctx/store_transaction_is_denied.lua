-- outcome: denied
-- phase: process
-- attacks: a transaction that is not granted does not run its function
-- says: needs the permission 'store'

return {
  name = "ctx-store_transaction_is_denied", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    ctx.store.transaction(function() while true do end end)
  end,
}
