-- outcome: ok
-- about: a thousand waits that end at once
-- result: [1000]

return {
  name = "harmless-waits_often", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 1000 do ctx.sleep(0) end
    return 1000
  end,
}
