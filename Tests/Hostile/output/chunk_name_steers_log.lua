-- outcome: error
-- phase: process
-- attacks: a chunk's name that is text with line breaks does not split the traceback

return {
  name = "output-chunk_name_steers_log", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    load("\n\n\27 = 1 -- \r\nerror('x')", "\27[31mred\27[0m\r\nline two")
    local f = load("return (function() error({ message = 'x' }) end)()", "\27[31mred\27[0m\u{202E}\r\nline two")
    f()
  end,
}
