-- outcome: timeout
-- phase: process
-- attacks: a plugin that watches the clock cannot stop just in time and go on in the next slice for ever

return {
  name = "time-clock_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do local start = os.clock() repeat until os.clock() - start > 0.01 end
  end,
}
