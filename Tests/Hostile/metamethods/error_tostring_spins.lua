-- outcome: error,timeout
-- phase: process
-- attacks: a __tostring of an error value is under a limit of its own

return {
  name = "metamethods-error_tostring_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(setmetatable({}, { __tostring = function() while true do pcall(function() while true do end end) end end }))
  end,
}
