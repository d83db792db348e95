-- outcome: timeout
-- phase: process
-- attacks: a value returned after the deadline does not hide it

return {
  name = "time-pcall_swallows_then_returns", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local ended, why = pcall(function() while true do end end)
    return { ended = ended, why = tostring(why) }
  end,
}
