-- outcome: error
-- phase: process
-- attacks: a yield out of gsub is an error inside of a coroutine as well
-- says: yield across a C-call boundary

return {
  name = "coroutines-yields_in_gsub", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return coroutine.wrap(function() return (("x"):gsub("x", coroutine.yield)) end)()
  end,
}
