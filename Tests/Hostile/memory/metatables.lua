-- outcome: memory,timeout
-- phase: process
-- attacks: metatables cannot grow beyond the quota

return {
  name = "memory-metatables", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    while true do t[#t + 1] = setmetatable({}, { __index = {}, __newindex = {} }) end
  end,
}
