-- outcome: error
-- phase: process
-- attacks: an error message that is no UTF-8 is repaired

return {
  name = "metamethods-error_message_is_bytes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error("\255\254\0\192\128 end", 0)
  end,
}
