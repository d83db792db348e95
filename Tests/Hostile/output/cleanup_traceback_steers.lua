-- outcome: error
-- phase: cleanup
-- attacks: a chunk's name with escape sequences reaches no terminal by a traceback that is logged

return {
  name = "output-cleanup_traceback_steers", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    load("local function inner() error('x') end inner() return 1", "=\27[2J\27]0;owned\7\r\nforged: line")()
  end,
}
