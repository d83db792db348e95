-- outcome: denied
-- phase: process
-- attacks: a plugin reaches no other that it does not depend on
-- says: needs the permission 'plugins'

return {
  name = "waits-calls_nobody", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    ctx.plugins.call("good", "process")
  end,
}
