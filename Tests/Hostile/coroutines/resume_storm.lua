-- outcome: timeout
-- phase: process
-- attacks: coroutines made and resumed for ever end at the deadline

return {
  name = "coroutines-resume_storm", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    while true do coroutine.resume(coroutine.create(function() while true do end end)) end
  end,
}
