-- outcome: ok,memory,timeout
-- attacks: a result of four hundred thousand elements is charged, and never breaks the host

return {
  name = "output-result_many_elements", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 400000 do t[i] = i end
    return t
  end,
}
