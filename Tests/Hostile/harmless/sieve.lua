-- outcome: ok
-- about: a table of fifty thousand flags
-- result: [5133]

return {
  name = "harmless-sieve", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local flags, count = {}, 0
    for i = 2, 50000 do flags[i] = true end
    for i = 2, 50000 do
      if flags[i] then
        count = count + 1
        for j = i * i, 50000, i do flags[j] = false end
      end
    end
    return count
  end,
}
