-- outcome: timeout,error
-- phase: process
-- attacks: table.remove shifts as many elements as __len says

return {
  name = "time-remove_length_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.remove(setmetatable({}, { __len = function() return 1000000000000 end }), 1)
  end,
}
