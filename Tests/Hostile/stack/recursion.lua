-- outcome: error,memory
-- phase: process
-- attacks: endless recursion of Lua functions ends as an error

return {
  name = "stack-recursion", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() return 1 + f() end
    return f()
  end,
}
