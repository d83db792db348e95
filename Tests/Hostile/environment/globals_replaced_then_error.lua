-- outcome: error
-- phase: process
-- attacks: the host reports an error without the globals that a plugin replaced
-- says: plain

return {
  name = "environment-globals_replaced_then_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local raise = error
    for name in pairs(_G) do if name ~= "pairs" then _G[name] = function() while true do end end end end
    raise({ message = "plain" })
  end,
}
