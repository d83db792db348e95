-- outcome: ok
-- about: code points of every length
-- result: [5,"hé€😀",4,[104,233,8364,128512],true]

return {
  name = "harmless-utf8", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = utf8.char(104, 233, 8364, 128512)
    local points = {}
    for _, c in utf8.codes(s) do points[#points + 1] = c end
    return utf8.len(s .. "x"), s, utf8.offset(s, 3), points, utf8.len("\xff") == nil
  end,
}
