-- outcome: memory,timeout
-- phase: process
-- attacks: a memory error that ends a coroutine does not keep the plugin alive

return {
  name = "memory-flood_swallowed_by_coroutine", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    while true do
      local co = coroutine.create(function() while true do kept[#kept + 1] = ("x"):rep(100000) .. #kept end end)
      coroutine.resume(co)
    end
  end,
}
