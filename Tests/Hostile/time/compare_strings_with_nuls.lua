-- outcome: timeout
-- phase: process
-- attacks: one comparison of strings full of NUL bytes takes long inside the interpreter

return {
  name = "time-compare_strings_with_nuls", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local a, b = ("\0"):rep(3000000) .. "a", ("\0"):rep(3000000) .. "b"
    local t = {}
    for i = 1, 40000 do t[i] = i % 2 == 0 and a or b end
    table.sort(t)
  end,
}
