-- outcome: timeout
-- phase: process
-- attacks: a message handler written in C cannot hide the end of a call

return {
  name = "time-xpcall_handler_is_c", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do end end
    while true do
      xpcall(spin, pcall)
      xpcall(spin, coroutine.wrap(spin))
      xpcall(spin, print)
    end
  end,
}
