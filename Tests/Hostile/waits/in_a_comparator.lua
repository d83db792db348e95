-- outcome: error
-- phase: process
-- attacks: a wait inside of C that cannot be suspended is an error that says so
-- says: 'ctx.sleep' cannot wait here: it is called inside of 'sort', which cannot be suspended

return {
  name = "waits-in_a_comparator", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    table.sort({ 3, 2, 1 }, function(a, b) ctx.sleep(1) return a < b end)
  end,
}
