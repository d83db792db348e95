-- outcome: timeout
-- phase: process
-- attacks: shifting a large table again and again ends at the deadline

return {
  name = "time-insert_at_front", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 200000 do t[i] = i end
    while true do
      table.insert(t, 1, 0)
      table.remove(t, 1)
    end
  end,
}
