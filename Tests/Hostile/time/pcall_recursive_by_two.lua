-- outcome: timeout,memory
-- phase: process
-- attacks: a tree of pcalls ends at the deadline

return {
  name = "time-pcall_recursive_by_two", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() pcall(f) f() end
    while true do pcall(f) end
  end,
}
