-- outcome: error
-- phase: process
-- attacks: a __tostring that raises in print is the plugin's error
-- says: from tostring

return {
  name = "output-print_tostring_raises", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print(setmetatable({}, { __tostring = function() error("from tostring") end }))
  end,
}
