-- outcome: error
-- phase: process
-- attacks: an error in __close replaces the one under way, to the last
-- says: second

return {
  name = "metamethods-error_in_close_replaces_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() error("second") end })
    local y <close> = setmetatable({}, { __close = function() error("hidden") end })
    error("first")
  end,
}
