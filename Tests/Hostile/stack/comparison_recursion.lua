-- outcome: error,memory
-- phase: process
-- attacks: __eq, __lt and __le that compare do not overflow the C stack

return {
  name = "stack-comparison_recursion", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    mt.__eq = function(a, b) return a < b end
    mt.__lt = function(a, b) return a <= b end
    mt.__le = function(a, b) return a == b end
    return setmetatable({}, mt) == setmetatable({}, mt)
  end,
}
