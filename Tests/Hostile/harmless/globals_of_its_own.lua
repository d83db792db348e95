-- outcome: ok
-- about: globals that last from the chunk to the call
-- result: [3,"mine"]

counter = 1
function string.mine() return "mine" end
counter = counter + 1

return {
  name = "harmless-globals_of_its_own", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    counter = counter + 1
    return counter, string.mine()
  end,
}
