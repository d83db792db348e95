-- outcome: timeout
-- phase: process
-- attacks: a repeat loop with upvalues ends at the deadline

return {
  name = "time-repeat_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = 0
    repeat local function f() n = n + 1 return n end until f() < 0
  end,
}
