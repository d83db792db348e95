-- outcome: ok,memory,timeout
-- attacks: pack formats at the edges read and write nothing outside of their data

return {
  name = "environment-pack_edges", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, format in ipairs({ "i17", "i0", "!17", "!3i3", "Xi0", "X", "Xz", "c", "c999999999999", "s9", "s1", "z", "j!j", "<>=!", "i16", "I16", " ", "%", "\0", "b:b",
      "c2147483647c2147483647c2147483647", "!16i1Xi16", "s8", "T", "n", "f", "d", "!1 d", "i99999999999999999999" }) do
      pcall(string.pack, format, 1, 2, 3)
      pcall(string.pack, format, "text", "text", "text")
      pcall(string.packsize, format)
      for _, data in ipairs({ "", "\255", ("\255"):rep(8), ("\255"):rep(16), ("\0"):rep(32), "text\0more" }) do pcall(string.unpack, format, data) end
    end
  end,
}
