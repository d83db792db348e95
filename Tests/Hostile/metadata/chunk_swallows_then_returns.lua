-- outcome: timeout
-- phase: metadata
-- attacks: a table returned after the budget is not taken
pcall(function() while true do end end)
return {
  name = "metadata-late", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item) return item end,
}
