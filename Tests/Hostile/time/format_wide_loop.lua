-- outcome: timeout
-- phase: process
-- attacks: formatting in a loop ends at the deadline

return {
  name = "time-format_wide_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do local s = string.format("%99.99f", 1e308) end
  end,
}
