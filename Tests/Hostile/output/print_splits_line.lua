-- outcome: ok
-- attacks: a line break that is printed does not forge a log line

return {
  name = "output-print_splits_line", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print("one\n2026-01-01T00:00:00 error perilune: forged\r\nthree\u{2028}four\u{2029}five\u{85}six\vseven\feight")
  end,
}
