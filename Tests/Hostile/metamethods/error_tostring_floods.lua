-- outcome: error,memory
-- phase: process
-- attacks: a __tostring of an error value has the quota to obey

return {
  name = "metamethods-error_tostring_floods", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(setmetatable({}, { __tostring = function() local s = "x" while true do s = s .. s end end }))
  end,
}
