-- outcome: ok
-- attacks: format specifications at the edges are refused or bounded

return {
  name = "environment-format_edges", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, format in ipairs({ "%", "%1", "%123d", "%99999999999999999999d", "%.999f", "%-+ #0.5d", "%y", "%10.10.10f", "%\0", "%n", "%p", "%a", "%5q", "%99.99f", "%.99g",
      "%#x", "%+s", "%099d", "%-99s", "%.0s", "%c%c", "%i", "%ld", "%*d", "%hs", "%S", "%$1d" }) do
      for _, value in ipairs({ 1, -1, 1.5, 0 / 0, math.huge, math.mininteger, "text\0text", {}, print }) do pcall(string.format, format, value, value) end
    end
  end,
}
