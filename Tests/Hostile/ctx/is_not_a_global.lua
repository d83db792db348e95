-- outcome: ok
-- attacks: ctx is reached by argument only

return {
  name = "ctx-is_not_a_global", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if rawget(_G, "ctx") ~= nil then error("let through") end
    for name, value in next, _G do if value == ctx then error("let through: " .. tostring(name)) end end
  end,
}
