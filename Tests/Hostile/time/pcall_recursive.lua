-- outcome: timeout,memory
-- phase: process
-- attacks: pcall of itself, each level of which loops, ends at the deadline

return {
  name = "time-pcall_recursive", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() while true do pcall(f) end end
    f()
  end,
}
