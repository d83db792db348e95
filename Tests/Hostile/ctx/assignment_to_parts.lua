-- outcome: ok
-- attacks: the parts of ctx cannot be changed by assignment

return {
  name = "ctx-assignment_to_parts", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    for _, part in ipairs({ "log", "json", "store", "fs", "metrics", "plugin", "config" }) do
      for _, name in ipairs({ "info", "encode", "put", "lines", "increment", "name", "owned" }) do
        pcall(function() ctx[part][name] = "owned" end)
      end
    end
  end,
  process = function(ctx, item)
    for _, part in ipairs({ "log", "json", "store", "fs", "metrics", "plugin", "config" }) do
      for _, name in ipairs({ "info", "encode", "put", "lines", "increment", "name", "owned" }) do
        if ctx[part] ~= nil and ctx[part][name] == "owned" then error("let through: ctx." .. part .. "." .. name) end
      end
    end
  end,
}
