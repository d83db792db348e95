-- outcome: error,memory
-- phase: process
-- attacks: a __tostring that prints does not overflow the C stack

return {
  name = "stack-recursion_by_print", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __tostring = function(t) print(t) return "" end })
    print(t)
  end,
}
