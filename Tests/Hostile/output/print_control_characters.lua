-- outcome: ok
-- attacks: no control character that is printed reaches a terminal or splits a line

return {
  name = "output-print_control_characters", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 0, 31 do print("a" .. string.char(i) .. "b") end
    print("\127", "\u{80}", "\u{9B}2J", "\u{85}")
  end,
}
