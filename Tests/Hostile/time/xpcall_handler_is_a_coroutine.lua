-- outcome: timeout
-- phase: process
-- attacks: a message handler that resumes a coroutine is under the limit

return {
  name = "time-xpcall_handler_is_a_coroutine", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do pcall(function() while true do end end) end end
    xpcall(spin, function() return coroutine.wrap(spin)() end)
    return coroutine.wrap(function() return xpcall(error, function() return coroutine.wrap(spin)() end) end)()
  end,
}
