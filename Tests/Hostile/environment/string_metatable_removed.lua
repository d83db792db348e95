-- outcome: ok,error
-- attacks: strings without methods break nothing but the plugin

return {
  name = "environment-string_metatable_removed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = getmetatable("")
    pcall(function() for k in pairs(mt) do mt[k] = nil end end)
    pcall(function() mt.__name = "owned" mt.__tostring = error mt.__len = error mt.__concat = error mt.__metatable = "owned" end)
    print("x", 1, ctx)
    ctx.log.info("x")
    error("x")
  end,
}
