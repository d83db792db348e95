-- outcome: ok
-- attacks: ctx works inside of coroutines, and a host function is not a way out of one

return {
  name = "coroutines-ctx_inside", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local step = coroutine.wrap(function()
      for i = 1, 10 do
        ctx.log.debug("line " .. i)
        coroutine.yield(ctx.json.encode({ i }))
      end
    end)
    for i = 1, 10 do
      if step() ~= "[" .. i .. "]" then error("wrong value") end
    end
  end,
}
