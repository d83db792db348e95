-- outcome: timeout
-- phase: process
-- attacks: a comparator that loops ends at the deadline

return {
  name = "time-sort_comparator_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.sort({ 1, 2, 3 }, function() while true do end end)
  end,
}
