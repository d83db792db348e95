-- outcome: error
-- phase: process
-- attacks: a __tostring of an error value that raises does not replace the error by a crash
-- says: __tostring failed

return {
  name = "metamethods-error_tostring_raises", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    mt.__tostring = function() error(setmetatable({}, mt)) end
    error(setmetatable({}, mt))
  end,
}
