-- outcome: ok
-- about: conversions both ways
-- result: [255,10,"0x1p+4","1e+100",null,8]

return {
  name = "harmless-numbers_as_text", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return tonumber("ff", 16), tonumber("  10  "), string.format("%a", 16.0), tostring(1e100), tonumber("1e"), tonumber("10", 8)
  end,
}
