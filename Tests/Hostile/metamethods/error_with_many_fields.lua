-- outcome: error,memory
-- phase: process
-- attacks: an error of fifty thousand fields does not bloat the host

return {
  name = "metamethods-error_with_many_fields", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { message = "many" }
    for i = 1, 50000 do t["field" .. i] = i end
    error(t)
  end,
}
