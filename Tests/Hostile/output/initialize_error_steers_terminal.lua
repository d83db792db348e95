-- outcome: error
-- phase: initialize
-- attacks: an initialize's error message reaches no terminal

return {
  name = "output-initialize_error_steers_terminal", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    error({ message = "\27[2J\27]0;owned\7\r\nforged: line\u{2028}", code = "\27[31m" })
  end,
  process = function(ctx, item)
    return item
  end,
}
