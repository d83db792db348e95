-- outcome: timeout
-- phase: initialize
-- attacks: initialize has a budget as well

return {
  name = "time-loop_in_initialize", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    while true do end
  end,
  process = function(ctx, item)
    return item
  end,
}
