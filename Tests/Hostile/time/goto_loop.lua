-- outcome: timeout
-- phase: process
-- attacks: a loop made of goto ends at the deadline

return {
  name = "time-goto_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    ::again::
    goto again
  end,
}
