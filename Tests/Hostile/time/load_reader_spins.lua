-- outcome: timeout
-- phase: process
-- attacks: a reader that load calls ends at the deadline

return {
  name = "time-load_reader_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    load(function() while true do end end)
  end,
}
