-- outcome: error
-- phase: process
-- attacks: an error table's message and fields reach no terminal
-- says: visible

return {
  name = "output-error_table_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error({ message = "visible\27[2J\r\nforged", code = "\27[31m", ["\27key"] = "\27value", hint = "\27[5m" })
  end,
}
