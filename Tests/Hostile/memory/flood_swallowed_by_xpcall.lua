-- outcome: memory,timeout
-- phase: process
-- attacks: a message handler for a memory error does not keep the plugin alive

return {
  name = "memory-flood_swallowed_by_xpcall", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local function grow() while true do kept[#kept + 1] = ("x"):rep(100000) .. #kept end end
    while true do xpcall(grow, function(e) kept[#kept + 1] = e return e end) end
  end,
}
