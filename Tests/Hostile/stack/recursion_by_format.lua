-- outcome: error,memory
-- phase: process
-- attacks: a __tostring that calls format does not overflow the C stack

return {
  name = "stack-recursion_by_format", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __tostring = function(t) return string.format("%s%s", t, t) end })
    return tostring(t)
  end,
}
