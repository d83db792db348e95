-- outcome: ok
-- about: a compute-bound loop of calls
-- result: [17711]

return {
  name = "harmless-fib", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
    return fib(22)
  end,
}
