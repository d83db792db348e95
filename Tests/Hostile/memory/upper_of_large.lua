-- outcome: memory
-- phase: process
-- attacks: a string function's copy counts

return {
  name = "memory-upper_of_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local s = ("x"):rep(4000000)
    for i = 1, 10 do
      kept[i] = s:upper() .. i
    end
    error("let through: ten copies of 4 MB in a quota of 16")
  end,
}
