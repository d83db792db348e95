-- outcome: ok
-- about: many matches over a long text
-- result: [20000,"word20000",20000]

return {
  name = "harmless-patterns_heavy", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local words = {}
    for i = 1, 20000 do words[i] = "word" .. i end
    local text = table.concat(words, " ")
    local n, last = 0, nil
    for word in text:gmatch("%a+%d+") do n = n + 1 last = word end
    local _, count = text:gsub("word(%d+)", "%1")
    return n, last, count
  end,
}
