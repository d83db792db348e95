-- outcome: timeout
-- phase: process
-- attacks: many long C calls that each stay within the quota add up

return {
  name = "time-rep_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do
      local s = ("x"):rep(1000000)
      s = s:upper():lower():reverse()
    end
  end,
}
