-- outcome: error
-- phase: process
-- attacks: a result nested ten thousand deep does not overflow the host's stack
-- says: nested deeper

return {
  name = "stack-result_nested_deep", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 10000 do t = { t } end
    return t
  end,
}
