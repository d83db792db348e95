-- outcome: timeout
-- phase: process
-- attacks: an iterator of a for loop ends at the deadline

return {
  name = "time-iterator_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _ in function() while true do end end do end
  end,
}
