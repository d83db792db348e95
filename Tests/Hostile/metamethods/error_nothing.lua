-- outcome: error
-- phase: process
-- attacks: error() is an error

return {
  name = "metamethods-error_nothing", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error()
  end,
}
