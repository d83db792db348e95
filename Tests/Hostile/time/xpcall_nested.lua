-- outcome: timeout
-- phase: process
-- attacks: handlers of handlers end at the deadline

return {
  name = "time-xpcall_nested", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f() while true do xpcall(f, function(e) xpcall(f, function() f() end) return e end) end end
    f()
  end,
}
