-- outcome: ok
-- about: five hundred chunks compiled
-- result: [125250]

return {
  name = "harmless-load_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local sum = 0
    for i = 1, 500 do sum = sum + load("return " .. i)() end
    return sum
  end,
}
