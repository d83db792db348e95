-- outcome: timeout
-- phase: process
-- attacks: a reader that load calls cannot catch the end of a call

return {
  name = "time-load_reader_swallows", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do
      pcall(load, function() while true do pcall(function() while true do end end) end end)
    end
  end,
}
