-- outcome: error
-- phase: process
-- attacks: a yield from process does not leave the host with a half-finished call
-- says: yield to the host

return {
  name = "coroutines-yields_to_host", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    coroutine.yield("half")
    return "went on"
  end,
}
