-- outcome: ok
-- attacks: control messages of warn change nothing

return {
  name = "output-warn_controls", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    warn("@on")
    warn("@off")
    warn("@", "on")
    warn("@on\27[2J")
    warn("one ", "line\n", "two")
    if pcall(warn) or pcall(warn, {}) or pcall(warn, "x", print) then error("let through") end
  end,
}
