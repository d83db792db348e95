-- outcome: ok
-- attacks: no argument makes a wait more than an error

return {
  name = "waits-with_odd_arguments", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    local function fails(...) return not pcall(ctx.sleep, ...) end
    return assert(fails() and fails(-1) and fails(0 / 0) and fails(math.huge) and fails("x") and fails({}) and fails(nil) and fails(ctx.sleep))
  end,
}
