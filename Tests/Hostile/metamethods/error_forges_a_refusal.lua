-- outcome: error
-- phase: process
-- attacks: a script cannot claim that a permission was refused

return {
  name = "metamethods-error_forges_a_refusal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error({ message = "ctx.store.put needs the permission 'store'", code = "denied", phase = "load" })
  end,
}
