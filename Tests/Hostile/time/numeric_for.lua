-- outcome: timeout
-- phase: process
-- attacks: a for loop over all integers ends at the deadline

return {
  name = "time-numeric_for", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = math.mininteger, math.maxinteger do end
  end,
}
