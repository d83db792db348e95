-- outcome: ok,memory,timeout,error
-- attacks: resume with too many values for a coroutine's stack is refused

return {
  name = "stack-arguments_to_resume", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co = coroutine.create(function(...) while true do coroutine.yield(...) end end)
    for i = 1, 4 do coroutine.resume(co, table.unpack({}, 1, 200000)) end
  end,
}
