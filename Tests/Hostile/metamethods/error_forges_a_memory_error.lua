-- outcome: error
-- phase: process
-- attacks: a script cannot claim that its quota was used up

return {
  name = "metamethods-error_forges_a_memory_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error("not enough memory", 0)
  end,
}
