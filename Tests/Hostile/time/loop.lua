-- outcome: timeout
-- phase: process
-- attacks: a loop without a call ends at the deadline

return {
  name = "time-loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do end
  end,
}
