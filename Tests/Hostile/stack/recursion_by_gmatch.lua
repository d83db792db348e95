-- outcome: error,memory
-- phase: process
-- attacks: a loop over gmatch within a loop over gmatch does not overflow the C stack

return {
  name = "stack-recursion_by_gmatch", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function each(s) for c in s:gmatch(".") do each(c) end end
    each("xy")
  end,
}
