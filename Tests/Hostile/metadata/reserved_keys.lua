-- outcome: error
-- phase: metadata
-- attacks: a key that a later version gives a meaning to is refused
-- says: reserved
return {
  name = "x", version = "1.0.0", plugin_type = "processor",
  health = function() while true do end end,
  process = function(ctx, item) return item end,
}
