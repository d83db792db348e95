-- outcome: error
-- phase: process
-- attacks: a __close that cannot be called is an error, not a crash

return {
  name = "close-method_is_no_function", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = 42 })
    return 1
  end,
}
