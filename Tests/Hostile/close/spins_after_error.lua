-- outcome: error,timeout
-- phase: process
-- attacks: a close variable that runs because of an error is under the limit

return {
  name = "close-spins_after_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() while true do pcall(function() while true do end end) end end })
    error("first")
  end,
}
