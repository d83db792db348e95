-- outcome: error
-- phase: process
-- attacks: numbers that JSON has not are refused where a result is printed
-- says: NaN

return {
  name = "output-result_nan", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { a = { 0 / 0 } }
  end,
}
