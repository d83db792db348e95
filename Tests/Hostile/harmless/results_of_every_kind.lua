-- outcome: ok
-- about: what comes back as it went
-- result: ["x",1,true,null,[],{"a":[1,2,{"b":"c"}]},[[],[[]]],"x"]

return {
  name = "harmless-results_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item, 1, true, nil, {}, { a = { 1, 2, { b = "c" } } }, { {}, { {} } }, "x"
  end,
}
