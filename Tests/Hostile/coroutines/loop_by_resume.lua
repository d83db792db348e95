-- outcome: timeout
-- phase: process
-- attacks: resume does not return from a coroutine whose call was ended

return {
  name = "coroutines-loop_by_resume", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    coroutine.resume(coroutine.create(function() while true do end end))
    return "went on"
  end,
}
