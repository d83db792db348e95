-- outcome: timeout,memory
-- phase: process
-- attacks: stack overflows that are caught in a loop end at the deadline

return {
  name = "stack-recursion_swallowed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() return 1 + f() end
    while true do pcall(f) end
  end,
}
