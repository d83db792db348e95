-- outcome: ok,error,memory
-- attacks: resume within resume does not overflow the C stack

return {
  name = "stack-recursion_by_resume", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local deepest = 0
    local function f(n)
      deepest = n
      return coroutine.resume(coroutine.create(f), n + 1)
    end
    f(1)
    if deepest > 1000 then error("let through: " .. deepest .. " coroutines within one another") end
  end,
}
