-- outcome: ok
-- attacks: a result with escape sequences is JSON without them

return {
  name = "output-result_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { ["\27[2J"] = "\27]0;owned\7\r\n\u{9B}" }
  end,
}
