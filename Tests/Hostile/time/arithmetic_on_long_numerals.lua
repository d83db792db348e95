-- outcome: timeout
-- phase: process
-- attacks: arithmetic that converts a string of a million digits ends at the deadline

return {
  name = "time-arithmetic_on_long_numerals", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local digits = ("9"):rep(2000000)
    while true do local n = digits + 1 n = digits * digits end
  end,
}
