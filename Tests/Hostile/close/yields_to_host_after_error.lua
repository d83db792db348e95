-- outcome: error
-- phase: process
-- attacks: a close variable that yields while an error unwinds cannot suspend the host

return {
  name = "close-yields_to_host_after_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() coroutine.yield() end })
    error("first")
  end,
}
