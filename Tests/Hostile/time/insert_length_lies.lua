-- outcome: timeout,error
-- phase: process
-- attacks: table.insert shifts as many elements as __len says

return {
  name = "time-insert_length_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.insert(setmetatable({}, { __len = function() return 1000000000000 end }), 1, "x")
  end,
}
