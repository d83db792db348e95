-- outcome: timeout,memory,error
-- phase: process
-- attacks: table.unpack whose elements come from a C function ends at a limit

return {
  name = "time-unpack_computed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local proxy = setmetatable({}, { __index = rawlen })
    while true do select("#", table.unpack(proxy, 1, 200000)) end
  end,
}
