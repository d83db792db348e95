-- outcome: ok
-- attacks: byte refuses a slice that a stack does not hold

return {
  name = "stack-byte_slice", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(3000000)
    local passed = pcall(string.byte, s, 1, -1)
    if passed then error("let through") end
  end,
}
