-- outcome: ok
-- attacks: a traceback shows no path of the host's

return {
  name = "environment-traceback_shows_own_frames", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local text = debug.traceback("x") .. debug.traceback((coroutine.running())) .. debug.traceback("y", 0)
    if text:find("/work", 1, true) or text:find("/home", 1, true) or text:find("Sources", 1, true) then error("let through: " .. text) end
  end,
}
