-- outcome: memory,timeout
-- phase: process
-- attacks: compiled functions cannot grow beyond the quota

return {
  name = "memory-load_growth", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local text = "return {" .. ("'%d', "):rep(2000) .. "}"
    while true do kept[#kept + 1] = load((text:gsub("%%d", function() return tostring(#kept) .. math.random() end))) end
  end,
}
