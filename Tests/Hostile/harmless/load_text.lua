-- outcome: ok
-- about: compiled text with an environment and arguments
-- result: [42,7,null,"env"]

return {
  name = "harmless-load_text", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f = load("local a, b = ... return a * b")
    local g = load("return x", "chunk", "t", { x = 7 })
    local broken = load("return (")
    local pieces = { "return ", "'env'" }
    local i = 0
    local h = load(function() i = i + 1 return pieces[i] end)
    return f(6, 7), g(), broken, h()
  end,
}
