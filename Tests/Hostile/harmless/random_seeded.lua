-- outcome: ok
-- about: the same numbers from the same seed
-- result: [true,true]

return {
  name = "harmless-random_seeded", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    math.randomseed(7)
    local a, b = math.random(1000000), math.random()
    math.randomseed(7)
    return a == math.random(1000000), b == math.random()
  end,
}
