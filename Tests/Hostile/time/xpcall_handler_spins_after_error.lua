-- outcome: timeout
-- phase: process
-- attacks: a message handler of an ordinary error is under the limit

return {
  name = "time-xpcall_handler_spins_after_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    xpcall(error, function() while true do end end, "x")
  end,
}
