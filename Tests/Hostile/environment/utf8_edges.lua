-- outcome: ok
-- attacks: bytes that are no UTF-8 are refused without reading beyond them

return {
  name = "environment-utf8_edges", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, s in ipairs({ "\xE2\x82", "\xF4\x90\x80\x80", "\xC0\x80", "\xED\xA0\x80", "\x80", "\xFF", "a\xE2", "\xFD\xBF\xBF\xBF\xBF\xBF", "\xF8\x88\x80\x80\x80" }) do
      if utf8.len(s) then error("let through") end
      pcall(function() for _ in utf8.codes(s) do end end)
      pcall(function() for _ in utf8.codes(s, true) do end end)
      pcall(utf8.codepoint, s, 1, -1)
      pcall(utf8.codepoint, s, 1, -1, true)
      pcall(utf8.offset, s, 1, #s + 1)
      pcall(utf8.offset, s, 3)
    end
  end,
}
