-- outcome: ok
-- about: binary data of every size
-- result: [1,-2,70000,"text",0,"z",24]

return {
  name = "harmless-pack_and_unpack", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local data = string.pack("<i1 i2 i4 s1 j z", 1, -2, 70000, "text", 0, "z")
    local a, b, c, d, e, f = string.unpack("<i1 i2 i4 s1 j z", data)
    return a, b, c, d, e, f, #data - #"" + (24 - #data)
  end,
}
