-- outcome: ok
-- attacks: what getmetatable gives for ctx leads nowhere

return {
  name = "ctx-metatable", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    for _, part in ipairs({ ctx, ctx.log, ctx.json, ctx.fs, ctx.store, ctx.metrics, ctx.plugin, ctx.config }) do
      local mt = getmetatable(part)
      if type(mt) == "table" then
        pcall(function() mt.__index = function() return "owned" end end)
        pcall(rawset, mt, "__index", function() return "owned" end)
        pcall(function() mt.__newindex = nil mt.__metatable = nil mt.__pairs = nil mt.__call = print end)
        pcall(rawset, mt, "__newindex", nil)
      end
    end
  end,
  process = function(ctx, item)
    for _, part in ipairs({ ctx, ctx.log, ctx.json, ctx.fs, ctx.store, ctx.metrics, ctx.plugin, ctx.config }) do
      if part.absent == "owned" then error("let through") end
    end
    if ctx.now() == "owned" or type(ctx.now()) ~= "number" then error("let through: now") end
  end,
}
