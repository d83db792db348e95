-- outcome: timeout,memory
-- phase: process
-- attacks: next over a table that was emptied is quadratic

return {
  name = "time-next_over_emptied_table", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 200000 do t["k" .. i] = true end
    for k in pairs(t) do t[k] = nil end
    while true do next(t) end
  end,
}
