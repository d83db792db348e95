-- outcome: timeout
-- phase: process
-- attacks: errors raised and caught for ever end at the deadline

return {
  name = "time-pcall_error_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do pcall(error, { "again" }) end
  end,
}
