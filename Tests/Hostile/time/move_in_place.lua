-- outcome: timeout,error
-- phase: process
-- attacks: table.move over absent elements of a plain table never runs a Lua instruction

return {
  name = "time-move_in_place", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.move({}, 1, 10000000000, 2)
  end,
}
