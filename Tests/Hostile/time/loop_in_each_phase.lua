-- outcome: timeout
-- phase: process
-- attacks: a plugin whose call was ended cannot go on in its cleanup

return {
  name = "time-loop_in_each_phase", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do end
  end,
  cleanup = function(ctx)
    while true do pcall(function() while true do end end) end
  end,
}
