-- outcome: ok,error,memory
-- attacks: a handler that overflows the stack after the stack overflowed ends as an error

return {
  name = "stack-overflow_in_handler", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() return 1 + f() end
    local passed = xpcall(f, function() return f() end)
    if passed then error("let through") end
  end,
}
