-- outcome: ok
-- attacks: a chunk that breaks its globals does not break the reading of its table
local plugin = {
  name = "metadata-breaks", version = "1.0.0", plugin_type = "processor",
  cleanup = function() end,
  process = function(ctx, item) return item end,
}
local function evil() while true do end end
local globals = _G
for name in next, globals do globals[name] = evil end
return plugin
