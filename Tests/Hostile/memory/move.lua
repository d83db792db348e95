-- outcome: memory,timeout
-- phase: process
-- attacks: table.move into a new table ends at the quota

return {
  name = "memory-move", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local source = setmetatable({}, { __index = function(_, i) return i end })
    table.move(source, 1, 1000000000, 1, {})
  end,
}
