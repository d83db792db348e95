-- outcome: timeout
-- phase: process
-- attacks: pcall called by pcall with no Lua in between ends at the deadline

return {
  name = "time-pcall_of_pcall", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do end end
    while true do pcall(pcall, pcall, pcall, pcall, spin) end
  end,
}
