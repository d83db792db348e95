-- outcome: ok
-- attacks: texts at the edges of JSON are refused or read, never a trap

return {
  name = "ctx-json_odd_texts", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, text in ipairs({ "", " ", "nul", "[", "]", "{", "[1,]", '{"a":}', '{"a":1,"a":2}', "1e999", "-1e999", "99999999999999999999999", "-0", "0x10", "NaN", "Infinity",
      '"\\ud800"', '"\\u0000"', '"\255"', '"\27"', "[1 2]", "\0", "\239\187\191[1]", "01", "+1", ".5", "5.", "1.7976931348623159e308", "9223372036854775807", "9223372036854775808",
      "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "1.0000000000000000000000000000000000000001", "/* */ 1", "'x'", "tru", '"', '"\\', "[[[[" }) do
      local passed, value = pcall(ctx.json.decode, text)
      if passed and type(value) == "function" then error("odd value") end
    end
  end,
}
