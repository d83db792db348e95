-- outcome: memory,timeout
-- phase: process
-- attacks: a plugin that stays at its quota and goes on is ended

return {
  name = "memory-flood_swallowed_at_the_limit", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local function grow() while true do kept[#kept + 1] = { {} } end end
    while true do pcall(grow) end
  end,
}
