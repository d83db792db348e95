-- outcome: memory,timeout
-- phase: process
-- attacks: a memory error that is swallowed in a loop ends the call

return {
  name = "memory-string_doubling_swallowed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do
      pcall(function()
        local s = "x"
        while true do s = s .. s end
      end)
    end
  end,
}
