-- outcome: error
-- phase: cleanup
-- attacks: a cleanup's error message reaches no terminal

return {
  name = "output-cleanup_error_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    error("\27[2J\27]0;owned\7\r\nforged: line")
  end,
}
