-- outcome: error
-- phase: process
-- attacks: keys that are no text are refused, and the message can be shown

return {
  name = "output-result_keys_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { [1.5] = 1, [true] = 2, [{}] = 3, ["\27[2J\255"] = 4 }
  end,
}
