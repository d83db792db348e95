-- outcome: error
-- phase: process
-- attacks: a name with control characters reaches no terminal in the message
-- says: may have letters

return {
  name = "require-name_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    require("\27[2J\27]0;owned\7\r\n\u{202E}")
  end,
}
