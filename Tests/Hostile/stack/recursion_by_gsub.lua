-- outcome: error,memory
-- phase: process
-- attacks: a gsub within a gsub does not overflow the C stack

return {
  name = "stack-recursion_by_gsub", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function replace(s) return (s:gsub(".", replace)) end
    return replace("x")
  end,
}
