-- outcome: timeout
-- phase: metadata
-- attacks: a close variable of the chunk is under the metadata budget
local x <close> = setmetatable({}, { __close = function() while true do end end })
return {
  name = "metadata-close", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item) return item end,
}
