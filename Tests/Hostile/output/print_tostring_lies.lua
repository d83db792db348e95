-- outcome: error
-- phase: process
-- attacks: a __tostring that returns no string is the plugin's error
-- says: '__tostring' must return a string

return {
  name = "output-print_tostring_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print(setmetatable({}, { __tostring = function() return 1 < 2 end }))
  end,
}
