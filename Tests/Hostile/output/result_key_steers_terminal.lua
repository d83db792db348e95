-- outcome: error
-- phase: process
-- attacks: a path in a conversion error reaches no terminal

return {
  name = "output-result_key_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { ["\27[2J\r\n"] = { ["\27]0;owned\7"] = print } }
  end,
}
