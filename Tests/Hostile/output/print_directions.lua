-- outcome: ok
-- attacks: characters that turn the direction of text are escaped

return {
  name = "output-print_directions", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print("\u{202E}dewno\u{202C} \u{2066}x\u{2069} \u{200F}y \u{061C}z")
  end,
}
