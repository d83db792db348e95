-- outcome: error
-- phase: process
-- attacks: errors in __close while an error unwinds neither loop nor hide that there was one

return {
  name = "metamethods-error_in_close_replaces_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() error("second") end })
    local y <close> = setmetatable({}, { __close = function() error("hidden") end })
    error("first")
  end,
}
