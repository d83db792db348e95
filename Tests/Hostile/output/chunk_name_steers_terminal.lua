-- outcome: error
-- phase: process
-- attacks: a chunk's name with escape sequences reaches no terminal, in message, location or traceback

return {
  name = "output-chunk_name_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f = load("local function inner() error('x') end inner()", "=\27[2J\27]0;owned\7\r\n")
    f()
  end,
}
