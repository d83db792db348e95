-- outcome: memory,error,timeout
-- phase: process
-- attacks: arguments that grow with each call end at a limit

return {
  name = "memory-varargs", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f(...) return f(1, 2, 3, 4, 5, 6, 7, 8, ...) end
    return f()
  end,
}
