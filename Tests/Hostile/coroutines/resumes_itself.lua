-- outcome: ok
-- attacks: a coroutine cannot resume itself or the one that resumed it

return {
  name = "coroutines-resumes_itself", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local outer = coroutine.running()
    local refused = 0
    local co
    co = coroutine.create(function()
      if not coroutine.resume(co) then refused = refused + 1 end
      if not coroutine.resume(outer) then refused = refused + 1 end
      if not pcall(coroutine.close, co) then refused = refused + 1 end
      if not pcall(coroutine.close, outer) then refused = refused + 1 end
    end)
    local passed, why = coroutine.resume(co)
    if not passed then error(why) end
    if not coroutine.resume(outer) then refused = refused + 1 end
    if not pcall(coroutine.close, outer) then refused = refused + 1 end
    if refused ~= 6 then error("let through: " .. refused .. " of 6 refused") end
  end,
}
