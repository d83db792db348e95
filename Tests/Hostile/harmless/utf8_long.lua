-- outcome: ok
-- about: a text of a hundred thousand characters
-- result: [100000,300000]

return {
  name = "harmless-utf8_long", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("\u{20AC}"):rep(100000)
    local n = 0
    for _ in utf8.codes(s) do n = n + 1 end
    return n, #s
  end,
}
