-- outcome: error
-- phase: process
-- attacks: pcall does not hide a yield to the host
-- says: yield to the host

return {
  name = "coroutines-yields_to_host_from_pcall", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do pcall(coroutine.yield) end
  end,
}
