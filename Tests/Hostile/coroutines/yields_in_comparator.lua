-- outcome: error
-- phase: process
-- attacks: a yield across a C function is an error
-- says: yield across a C-call boundary

return {
  name = "coroutines-yields_in_comparator", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.sort({ 2, 1 }, function() coroutine.yield() end)
  end,
}
