-- outcome: error
-- phase: process
-- attacks: a close variable cannot suspend the host
-- says: yield

return {
  name = "close-yields_to_host", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() coroutine.yield() end })
    return 1
  end,
}
