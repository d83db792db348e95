-- outcome: timeout,ok
-- phase: process
-- attacks: repeating the empty string with an empty separator is no work

return {
  name = "time-rep_of_nothing_between_nothing", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if #string.rep("", math.maxinteger, "") ~= 0 then error("let through") end
  end,
}
