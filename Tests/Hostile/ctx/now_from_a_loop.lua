-- outcome: timeout
-- phase: process
-- attacks: a host function in a loop does not keep the loop from ending

return {
  name = "ctx-now_from_a_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do pcall(ctx.now) end
  end,
}
