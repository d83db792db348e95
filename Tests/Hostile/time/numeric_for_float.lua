-- outcome: timeout
-- phase: process
-- attacks: a for loop to infinity ends at the deadline

return {
  name = "time-numeric_for_float", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, math.huge do end
  end,
}
