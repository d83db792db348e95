-- outcome: timeout,memory
-- phase: process
-- attacks: a text that never ends ends at a limit

return {
  name = "time-load_reader_never_ends", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    load(function() return "             " end)
  end,
}
