-- outcome: ok,memory
-- attacks: what the host reads of a result is charged, and never breaks the host

return {
  name = "memory-result_is_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return ("x"):rep(6000000)
  end,
}
