-- outcome: timeout
-- phase: process
-- attacks: pcall in a loop does not see the end of a call

return {
  name = "time-pcall_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do pcall(function() while true do end end) end
  end,
}
