-- outcome: error,memory
-- phase: process
-- attacks: a comparator that sorts does not overflow the C stack

return {
  name = "stack-recursion_by_sort", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function compare(a, b) table.sort({ 3, 2, 1 }, compare) return a < b end
    compare(1, 2)
  end,
}
