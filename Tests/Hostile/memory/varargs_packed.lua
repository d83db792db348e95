-- outcome: memory,timeout
-- phase: process
-- attacks: packed arguments end at the quota

return {
  name = "memory-varargs_packed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local function keep(...) kept[#kept + 1] = table.pack(...) end
    while true do keep(table.unpack({}, 1, 20000)) end
  end,
}
