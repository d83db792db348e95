-- outcome: timeout
-- phase: process
-- attacks: one format string with many items ends at the deadline

return {
  name = "time-format_many_items", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local format = ("%99.99f"):rep(200)
    local numbers = {}
    for i = 1, 200 do numbers[i] = 1e308 end
    while true do local s = format:format(table.unpack(numbers)) end
  end,
}
