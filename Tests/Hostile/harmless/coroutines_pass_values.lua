-- outcome: ok
-- about: values both ways, status, close and errors
-- result: ["suspended",[1,2,3],"dead",true,false,"broken"]

return {
  name = "harmless-coroutines_pass_values", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local co = coroutine.create(function(a) local b = coroutine.yield(a) local c = coroutine.yield(b) return c end)
    local before = coroutine.status(co)
    local got = {}
    for i = 1, 3 do got[i] = select(2, coroutine.resume(co, i)) end
    local other = coroutine.create(function() coroutine.yield() end)
    coroutine.resume(other)
    return before, got, coroutine.status(co), coroutine.close(other), coroutine.resume(coroutine.create(function() error("broken", 0) end))
  end,
}
