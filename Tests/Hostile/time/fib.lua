-- outcome: timeout
-- phase: process
-- attacks: a tree of calls without a loop ends at the deadline

return {
  name = "time-fib", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
    return fib(60)
  end,
}
