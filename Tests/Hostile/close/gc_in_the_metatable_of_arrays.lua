-- outcome: ok,error
-- attacks: the metatable that marks arrays cannot be given a __gc

return {
  name = "close-gc_in_the_metatable_of_arrays", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mark = getmetatable(ctx.json.array({}))
    if type(mark) == "table" then
      pcall(rawset, mark, "__gc", function() while true do end end)
      pcall(function() mark.__gc = function() while true do end end end)
    end
    for i = 1, 100 do ctx.json.array({}) end
    for i = 1, 400 do local s = ("x"):rep(50000 + i) end
  end,
}
