-- outcome: ok
-- attacks: a syntax error's message can be logged without harm

return {
  name = "output-syntax_error_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f, why = load("x = = '\27[2J'\n\7\r\n", "=\27[2J")
    if f then error("let through") end
    print(why)
    ctx.log.error(why)
    local g, other = load("\27\7\b = 1")
    print(other)
  end,
}
