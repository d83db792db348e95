-- Counts the words of a text, long ones apart.

return {
  name = "words",
  version = "1.2.0",
  description = "Counts words and long words",
  author = "Perilune",
  plugin_type = "processor",
  config = {
    minimum = { type = "integer", default = 7, minimum = 1, description = "Letters that make a word long" },
  },

  process = function(ctx, item)
    local text = type(item) == "table" and item.text or item
    local words, long = 0, 0
    for word in text:gmatch("[%w\128-\255]+") do
      words = words + 1
      if utf8.len(word) and utf8.len(word) >= ctx.config.minimum then long = long + 1 end
    end
    if words == 0 then return nil end
    return { text = text, words = words, long = long }
  end,
}
