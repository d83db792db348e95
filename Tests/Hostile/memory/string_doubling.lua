-- outcome: memory
-- phase: process
-- attacks: a string that doubles ends at the quota

return {
  name = "memory-string_doubling", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = "x"
    while true do s = s .. s end
  end,
}
