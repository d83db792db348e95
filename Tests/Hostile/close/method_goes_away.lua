-- outcome: error
-- phase: process
-- attacks: a __close that is gone when it is needed is an error, not a crash

return {
  name = "close-method_goes_away", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = { __close = function() end }
    local x <close> = setmetatable({}, mt)
    mt.__close = nil
    return 1
  end,
}
