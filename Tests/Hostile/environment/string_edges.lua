-- outcome: ok,memory
-- attacks: positions at the edges of integers read nothing outside of a string

return {
  name = "environment-string_edges", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local edges = { 0, 1, -1, 2, -2, 5, -5, 100, math.maxinteger, math.mininteger, math.maxinteger - 1, math.mininteger + 1, 2147483647, -2147483648, 4294967296 }
    for _, i in ipairs(edges) do
      for _, j in ipairs(edges) do
        pcall(string.sub, "hello", i, j)
        pcall(string.byte, "hello", i, j)
        pcall(utf8.len, "h\u{20AC}llo", i, j)
        pcall(utf8.codepoint, "h\u{20AC}llo", i, j)
        pcall(utf8.offset, "h\u{20AC}llo", i, j)
        pcall(table.concat, {}, "", i, i)
        pcall(table.insert, {}, i, j)
        pcall(table.remove, { 1, 2 }, i)
        pcall(select, i, j)
      end
      pcall(string.find, "hello", "l", i)
      pcall(string.find, "hello", "", i, true)
      pcall(string.match, "hello", "()", i)
      pcall(string.gmatch, "hello", "l", i)
      pcall(string.gsub, "hello", "l", "x", i)
      pcall(string.unpack, "i4", "\0\0\0\0\0\0\0\0", i)
      pcall(string.char, i)
      pcall(utf8.char, i)
    end
  end,
}
