-- outcome: timeout,ok
-- phase: process
-- attacks: repeating the empty string 1e15 times is no work

return {
  name = "time-rep_of_nothing", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if #string.rep("", 1000000000000000) ~= 0 then error("let through") end
  end,
}
