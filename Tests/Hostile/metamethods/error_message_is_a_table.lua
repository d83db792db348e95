-- outcome: error
-- phase: process
-- attacks: a message field that is no string is not taken for one

return {
  name = "metamethods-error_message_is_a_table", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error({ message = { message = { message = print } } })
  end,
}
