-- outcome: timeout
-- attacks: lines for ever are counted and dropped, and the call ends at the deadline

return {
  name = "output-print_storm", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do print("line") end
  end,
}
