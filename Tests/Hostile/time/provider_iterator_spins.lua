-- outcome: timeout
-- attacks: one pull of a provider's iterator has a budget

return {
  name = "time-provider_iterator_spins", version = "1.0.0", plugin_type = "provider",
  provide = function(ctx, request)
    return function() while true do end end
  end,
}
