-- outcome: error
-- phase: process
-- attacks: error(nil) is an error, and one that can be read

return {
  name = "metamethods-error_nil", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(nil)
  end,
}
