-- outcome: error,memory,ok
-- attacks: the value of a memory error that was caught and is raised again does no harm

return {
  name = "metamethods-error_keeps_a_memory_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local passed, e = pcall(string.rep, "x", 1000000000)
    if passed then error("let through") end
    error(e, 0)
  end,
}
