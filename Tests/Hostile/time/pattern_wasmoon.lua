-- outcome: timeout
-- phase: process
-- attacks: the pattern of wasmoon issue 45 ends at the deadline

return {
  name = "time-pattern_wasmoon", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (string.find(("a"):rep(1e4), ".-.-.-.-b$"))
  end,
}
