-- outcome: ok
-- attacks: seeding the generator is the plugin's own affair

return {
  name = "environment-random_is_its_own", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    math.randomseed(42)
    local a = math.random(1, 1000000)
    math.randomseed(42)
    if a ~= math.random(1, 1000000) then error("not the same") end
    pcall(math.randomseed, {}, {})
    pcall(math.randomseed, 0 / 0)
  end,
}
