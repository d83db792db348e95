-- outcome: timeout
-- phase: process
-- attacks: one gsub that backtracks at each position never runs a Lua instruction

return {
  name = "time-gsub_no_instruction", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("a"):rep(200000):gsub("a-a-a-a-b", ""))
  end,
}
