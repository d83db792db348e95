-- outcome: error,memory,ok,timeout
-- attacks: a result that names one string a thousand times is charged as the host holds it

return {
  name = "memory-result_is_repeated", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(500000)
    local t = {}
    for i = 1, 1000 do t[i] = s end
    return t
  end,
}
