-- outcome: error,memory
-- phase: process
-- attacks: an error message of a megabyte full of escapes reaches no terminal

return {
  name = "output-error_of_a_megabyte", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(("\27[2J\n"):rep(200000))
  end,
}
