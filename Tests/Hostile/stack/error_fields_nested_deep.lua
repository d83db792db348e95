-- outcome: error
-- phase: process
-- attacks: an error's field nested ten thousand deep does not overflow the host's stack

return {
  name = "stack-error_fields_nested_deep", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 10000 do t = { t } end
    error({ message = "deep", tree = t })
  end,
}
