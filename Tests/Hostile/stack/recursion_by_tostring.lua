-- outcome: error,memory
-- phase: process
-- attacks: a __tostring that calls tostring does not overflow the C stack

return {
  name = "stack-recursion_by_tostring", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __tostring = function(t) return tostring(t) end })
    return tostring(t)
  end,
}
