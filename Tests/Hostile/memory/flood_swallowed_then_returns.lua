-- outcome: ok,memory
-- phase: cleanup
-- attacks: a memory error that is caught once leaves the plugin usable

return {
  name = "memory-flood_swallowed_then_returns", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local caught = pcall(function()
      local s = "x"
      while true do s = s .. s end
    end)
    if caught then error("let through") end
    return "went on"
  end,
}
