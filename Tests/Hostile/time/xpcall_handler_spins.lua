-- outcome: timeout
-- phase: process
-- attacks: a message handler does not run when the call is ended

return {
  name = "time-xpcall_handler_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do end end
    xpcall(spin, spin)
  end,
}
