-- outcome: timeout,memory
-- phase: process
-- attacks: a sort whose comparator is a C function never runs a Lua instruction

return {
  name = "time-sort_comparator_in_c", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 400000 do t[i] = i end
    while true do table.sort(t, math.ult) table.sort(t, rawequal) end
  end,
}
