-- outcome: ok
-- about: a result sixty levels deep
-- result: [60]

return {
  name = "harmless-results_nested", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 60 do t = { t } end
    local n = 0
    while t[1] do t = t[1] n = n + 1 end
    return n
  end,
}
