-- outcome: timeout
-- phase: process
-- attacks: one sort that compares long equal strings never runs a Lua instruction

return {
  name = "time-sort_long_strings", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local a, b = ("x"):rep(2000000) .. "a", ("x"):rep(2000000) .. "b"
    local t = {}
    for i = 1, 60000 do t[i] = i % 2 == 0 and a or b end
    table.sort(t)
  end,
}
