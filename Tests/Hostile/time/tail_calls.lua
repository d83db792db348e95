-- outcome: timeout
-- phase: process
-- attacks: endless tail calls end at the deadline

return {
  name = "time-tail_calls", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f
    function f(n) return f(n + 1) end
    return f(0)
  end,
}
