-- outcome: timeout
-- phase: process
-- attacks: a hundred close variables share one small budget when time is over

return {
  name = "close-many_spin_after_timeout", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = { __close = function() while true do pcall(function() while true do end end) end end }
    local function f(n)
      local x <close> = setmetatable({}, mt)
      if n == 0 then while true do end end
      return (f(n - 1))
    end
    f(100)
  end,
}
