-- outcome: error
-- phase: process
-- attacks: a __tostring of an error value that yields does not suspend the host
-- says: __tostring failed

return {
  name = "metamethods-error_tostring_yields", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(setmetatable({}, { __tostring = function() coroutine.yield("x") end }))
  end,
}
