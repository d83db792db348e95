-- outcome: error
-- phase: process
-- attacks: infinity is refused where a result is printed
-- says: JSON has no

return {
  name = "output-result_infinity", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return math.huge
  end,
}
