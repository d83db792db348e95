-- outcome: timeout,memory
-- phase: process
-- attacks: table.move whose reads go through a chain of tables is not free

return {
  name = "time-move_through_index_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local base = {}
    for i = 1, 90 do base = setmetatable({}, { __index = base }) end
    table.move(base, 1, 1000000000, 1, {})
  end,
}
