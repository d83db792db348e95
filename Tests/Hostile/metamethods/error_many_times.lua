-- outcome: ok
-- attacks: errors by the hundred leave nothing behind

return {
  name = "metamethods-error_many_times", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 300 do
      pcall(error, { i })
      pcall(error, "text " .. i)
      pcall(ctx.store.get, i)
      pcall(ctx.json.decode, "{")
      pcall(string.rep)
    end
  end,
}
