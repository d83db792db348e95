-- outcome: error,memory
-- phase: process
-- attacks: a coroutine within a coroutine does not overflow the C stack

return {
  name = "stack-recursion_by_wrap", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() return coroutine.wrap(f)() end
    return f()
  end,
}
