-- outcome: ok,memory,timeout
-- attacks: a result of a million elements does not fit the quota

return {
  name = "output-result_million_elements", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 1000000 do t[i] = true end
    return t
  end,
}
