-- outcome: timeout,error
-- phase: process
-- attacks: table.move over 1e10 absent elements never runs a Lua instruction

return {
  name = "time-move_into_proxy", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.move({}, 1, 10000000000, 1, setmetatable({}, { __newindex = {} }))
  end,
}
