-- outcome: memory,timeout,ok
-- attacks: a host function that is called where the quota ends neither breaks nor goes beyond it

return {
  name = "ctx-functions_at_the_end_of_memory", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    pcall(function() while true do kept[#kept + 1] = ("x"):rep(10000) .. #kept end end)
    for i = 1, 50 do
      pcall(ctx.json.decode, '{"a":[1,2,3,{"b":"' .. ("y"):rep(100) .. '"}]}')
      pcall(ctx.json.encode, kept)
      pcall(ctx.log.debug, "x", { a = "b" })
      pcall(ctx.now)
      pcall(ctx.store.get, "k")
    end
  end,
}
