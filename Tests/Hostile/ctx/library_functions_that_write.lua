-- outcome: ok
-- attacks: no library function that writes changes ctx

return {
  name = "ctx-library_functions_that_write", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    pcall(table.insert, ctx, "owned")
    pcall(table.move, { "owned" }, 1, 1, 1, ctx)
    pcall(table.sort, ctx)
    pcall(table.remove, ctx.log)
    pcall(table.insert, ctx.config, "owned")
    pcall(ctx.json.array, ctx)
    pcall(ctx.json.array, ctx.config)
    pcall(setmetatable, ctx, { __index = function() return "owned" end })
    pcall(setmetatable, ctx.log, { __index = function() return "owned" end })
    pcall(setmetatable, ctx.plugin, { __index = function() return "owned" end })
    for name in pairs(ctx) do pcall(function() ctx[name] = nil end) end
  end,
  process = function(ctx, item)
    if ctx[1] == "owned" or ctx.config[1] == "owned" then error("let through: an element") end
    if ctx.absent == "owned" or ctx.log.absent == "owned" or ctx.plugin.absent == "owned" then error("let through: a metatable") end
    ctx.log.info("there")
  end,
}
