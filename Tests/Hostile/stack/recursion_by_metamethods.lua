-- outcome: error,memory
-- phase: process
-- attacks: an __index function that calls itself does not overflow the C stack

return {
  name = "stack-recursion_by_metamethods", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __index = function(t, k) return t[k .. "x"] end })
    return t.x
  end,
}
