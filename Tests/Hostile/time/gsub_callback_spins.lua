-- outcome: timeout
-- phase: process
-- attacks: a function that gsub calls ends at the deadline

return {
  name = "time-gsub_callback_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("x"):gsub("x", function() while true do end end))
  end,
}
