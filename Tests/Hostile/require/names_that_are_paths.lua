-- outcome: ok
-- attacks: a module's name leads nowhere but to the plugin's own folder

return {
  name = "require-names_that_are_paths", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, name in ipairs({ "", ".", "..", "../init", "../../Package", "/etc/passwd", "/etc/hostname", "etc/passwd", "a/b", "a\\b", "a..b", ".a", "a.", "a b", "a\0b", "init\0",
      "~", "~root", "$HOME", "%2e%2e", "a;b", "C:", "file:///etc/passwd", "\u{2025}", "a\nb", "*", "?", "a?", "[a]", "-", "-e", "@x", "=x" }) do
      local passed, why = pcall(require, name)
      if passed then error("let through: " .. name) end
      if tostring(why):find("root:", 1, true) then error("let through: contents") end
    end
  end,
}
