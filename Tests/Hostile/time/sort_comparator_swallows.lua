-- outcome: timeout
-- phase: process
-- attacks: a comparator that catches everything ends at the deadline

return {
  name = "time-sort_comparator_swallows", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do
      pcall(table.sort, { 3, 2, 1 }, function(a, b)
        while true do pcall(function() while true do end end) end
      end)
    end
  end,
}
