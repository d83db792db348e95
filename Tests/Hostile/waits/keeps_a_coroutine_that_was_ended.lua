-- outcome: timeout
-- phase: process
-- attacks: a coroutine whose call was ended while it waited does not go on in cleanup

return {
  name = "waits-keeps_a_coroutine_that_was_ended", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  cleanup = function(ctx) coroutine.resume(kept) coroutine.close(kept) coroutine.resume(kept) end,
  process = function(ctx, item)
    kept = coroutine.create(function() ctx.sleep(1e8) end)
    coroutine.resume(kept)
  end,
}
