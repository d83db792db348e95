-- outcome: error,memory
-- phase: process
-- attacks: an error message of megabytes does not break the host's reading of it

return {
  name = "memory-error_message", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(("x"):rep(6000000))
  end,
}
