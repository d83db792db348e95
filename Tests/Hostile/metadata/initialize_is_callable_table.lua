-- outcome: error
-- phase: metadata
-- attacks: a table that can be called is no function
-- says: must be a function
return {
  name = "x", version = "1.0.0", plugin_type = "processor",
  initialize = setmetatable({}, { __call = function() while true do end end }),
  process = function(ctx, item) return item end,
}
