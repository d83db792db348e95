-- outcome: ok
-- attacks: a coroutine that the chunk leaves suspended stays where it is
local step = coroutine.wrap(function()
  local x <close> = setmetatable({}, { __close = function() while true do end end })
  coroutine.yield()
  while true do end
end)
step()
return {
  name = "metadata-leaves", version = "1.0.0", plugin_type = "processor",
  initialize = function() end,
  process = function(ctx, item) return item end,
}
