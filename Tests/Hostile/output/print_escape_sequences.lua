-- outcome: ok
-- attacks: sequences that clear, title, link or paste reach no terminal

return {
  name = "output-print_escape_sequences", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print("\27[2J\27[H")
    print("\27]0;owned\7")
    print("\27]8;;http://example.com\27\\click\27]8;;\27\\")
    print("\27]52;c;b3duZWQ=\7")
    print("\27P+q544e\27\\")
    print("\r\27[Kerror: words 1.0.0: all is well")
    warn("\27[31m", "red", "\27[0m")
  end,
}
