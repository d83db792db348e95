-- outcome: error
-- phase: process
-- attacks: the host reports an error without the globals that a plugin replaced
-- says: plain

return {
  name = "environment-globals_replaced_then_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local raise = error
    local globals = _G
    for name in next, globals do globals[name] = function() while true do end end end
    raise({ message = "plain" })
  end,
}
