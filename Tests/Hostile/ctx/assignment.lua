-- outcome: ok
-- attacks: ctx cannot be changed by assignment

return {
  name = "ctx-assignment", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    for _, name in ipairs({ "log", "now", "json", "store", "fs", "metrics", "plugin", "config", "io", "print", 1 }) do
      pcall(function() ctx[name] = function() while true do end end end)
    end
  end,
  process = function(ctx, item)
    if type(ctx.now()) ~= "number" then error("let through: now") end
    if ctx.io ~= nil or ctx.print ~= nil or ctx[1] ~= nil then error("let through: a new name") end
    ctx.log.info("as it was")
  end,
}
