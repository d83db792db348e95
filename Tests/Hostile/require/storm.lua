-- outcome: timeout,memory
-- phase: process
-- attacks: thousands of failing requires end at a limit

return {
  name = "require-storm", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local i = 0
    while true do i = i + 1 pcall(require, "nothing" .. i) end
  end,
}
