-- outcome: ok
-- attacks: an error in a handler of an error in a handler ends

return {
  name = "stack-error_in_error_handling", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function raise(e) error(e) end
    local passed = xpcall(raise, raise, "x")
    if passed then error("let through") end
  end,
}
