-- outcome: timeout
-- phase: process
-- attacks: a function that gsub calls cannot catch the end of a call

return {
  name = "time-gsub_callback_swallows", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("xx"):gsub("x", function() while true do pcall(function() while true do end end) end end))
  end,
}
