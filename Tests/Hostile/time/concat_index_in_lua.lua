-- outcome: timeout,memory
-- phase: process
-- attacks: table.concat of a billion computed elements ends at a limit

return {
  name = "time-concat_index_in_lua", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #table.concat(setmetatable({}, { __index = function() return "" end }), "", 1, 1000000000)
  end,
}
