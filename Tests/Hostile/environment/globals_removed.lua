-- outcome: ok
-- attacks: a plugin without globals can be called and cleaned up

return {
  name = "environment-globals_removed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local globals = _G
    for name in next, globals do globals[name] = nil end
    ctx.log.info("alone")
    return ctx.json.encode({ 1 })
  end,
  cleanup = function(ctx)
    ctx.log.info("alone")
  end,
}
