-- outcome: ok
-- attacks: iterators that are left half way leave nothing behind

return {
  name = "coroutines-iterator_left_by_break", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 2000 do
      for v in coroutine.wrap(function() while true do coroutine.yield(i) end end) do break end
    end
  end,
}
