-- outcome: memory,timeout
-- phase: process
-- attacks: constructors that preallocate end at the quota

return {
  name = "memory-preallocated_by_constructor", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local make = load("return {" .. ("nil,"):rep(50000) .. "}")
    local kept = {}
    while true do kept[#kept + 1] = make() end
  end,
}
