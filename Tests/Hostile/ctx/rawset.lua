-- outcome: ok
-- attacks: rawset does not change ctx or its parts

return {
  name = "ctx-rawset", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    pcall(rawset, ctx, "now", function() return "owned" end)
    pcall(rawset, ctx.log, "info", function() return "owned" end)
    pcall(rawset, ctx.plugin, "name", "owned")
    pcall(rawset, ctx.config, "owned", true)
    pcall(rawset, ctx, "owned", true)
  end,
  process = function(ctx, item)
    if ctx.now() == "owned" then error("let through: now") end
    if ctx.log.info("x") == "owned" then error("let through: log.info") end
    if ctx.plugin.name == "owned" then error("let through: plugin.name") end
    if ctx.config.owned or ctx.owned then error("let through: a new name") end
  end,
}
