-- outcome: error,memory,timeout
-- phase: process
-- attacks: a hundred thousand pending close variables unwind without overflowing the C stack

return {
  name = "stack-close_variables_deep", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local closed = 0
    local mt = { __close = function() closed = closed + 1 end }
    local function f(n)
      local x <close> = setmetatable({}, mt)
      if n == 0 then error("deep") end
      return (f(n - 1))
    end
    f(20000)
  end,
}
