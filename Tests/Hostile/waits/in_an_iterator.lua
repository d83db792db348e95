-- outcome: timeout
-- attacks: a pull of an iterator ends at its limit while it waits

return {
  name = "waits-in_an_iterator", version = "1.0.0", plugin_type = "provider", limits = { wall_ms = 200 },
  provide = function(ctx, item)
    return function() ctx.sleep(1e8) end
  end,
}
