-- outcome: ok,error,timeout
-- attacks: pcall within pcall within pcall does not overflow the C stack

return {
  name = "stack-recursion_by_pcall", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local depth = 0
    local function f() depth = depth + 1 return pcall(f) end
    f()
    return depth > 0
  end,
}
