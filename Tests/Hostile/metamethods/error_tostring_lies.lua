-- outcome: error
-- phase: process
-- attacks: a __tostring that returns no string is reported as such
-- says: __tostring failed

return {
  name = "metamethods-error_tostring_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(setmetatable({}, { __tostring = function() return {} end }))
  end,
}
