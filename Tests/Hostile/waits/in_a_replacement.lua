-- outcome: error
-- phase: process
-- attacks: a wait inside of gsub is an error, in a coroutine as well
-- says: this coroutine was resumed inside of a function that cannot be suspended

return {
  name = "waits-in_a_replacement", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    string.gsub("x", "x", function() coroutine.wrap(function() ctx.sleep(1) end)() end)
  end,
}
