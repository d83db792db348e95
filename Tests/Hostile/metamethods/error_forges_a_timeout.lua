-- outcome: error
-- phase: process
-- attacks: a script cannot claim that its time was over

return {
  name = "metamethods-error_forges_a_timeout", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error("the call took more than its 100 ms of CPU time", 0)
  end,
}
