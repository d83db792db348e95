-- outcome: error
-- phase: process
-- attacks: an error message with escape sequences reaches no terminal
-- says: visible

return {
  name = "output-error_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error("visible\27[2J\27]0;owned\7\r\nforged: line\u{2028}more\u{9B}31m\0end")
  end,
}
