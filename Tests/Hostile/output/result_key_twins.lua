-- outcome: error
-- phase: process
-- attacks: the keys 1 and "1" do not overwrite one another unseen

return {
  name = "output-result_key_twins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { [1] = "a", ["1"] = "b", x = 1 }
  end,
}
