-- outcome: ok
-- attacks: nothing that is logged steers a terminal, message, field or level

return {
  name = "output-log_control_characters", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, level in ipairs({ "debug", "info", "warn", "error" }) do
      ctx.log[level]("\27[2J\n\r\b\0\127\u{9B}", { ["\27[31m\n"] = "\27]0;x\7", plain = "\r\nforged: line", n = { a = "\27[1m", b = { "\u{202E}" } } })
    end
  end,
}
