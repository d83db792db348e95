-- outcome: timeout
-- phase: process
-- attacks: an iterator in C that never gives nil ends at the deadline

return {
  name = "time-iterator_never_ends", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _ in os.clock do end
  end,
}
