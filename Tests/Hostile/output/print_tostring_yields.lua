-- outcome: error
-- phase: process
-- attacks: a __tostring that yields does not suspend the log
-- says: yield

return {
  name = "output-print_tostring_yields", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print(setmetatable({}, { __tostring = function() coroutine.yield() return "x" end }))
  end,
}
