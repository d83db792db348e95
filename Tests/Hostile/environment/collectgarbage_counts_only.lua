-- outcome: ok
-- attacks: a plugin cannot stop, start or steer the collector

return {
  name = "environment-collectgarbage_counts_only", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, option in ipairs({ "stop", "restart", "collect", "step", "incremental", "generational", "setpause", "setstepmul", "isrunning", "bogus", "count\0" }) do
      if pcall(collectgarbage, option, 0, 0) and option ~= "count\0" then error("let through: " .. option) end
    end
    if pcall(collectgarbage) then error("let through: no option") end
    if type(collectgarbage("count")) ~= "number" then error("no count") end
  end,
}
