-- outcome: error
-- phase: process
-- attacks: a close variable without __close is refused at once
-- says: non-closable

return {
  name = "close-of_nothing", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = {}
  end,
}
