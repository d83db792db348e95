-- outcome: ok
-- attacks: coroutines left suspended when the plugin goes are freed without running

local kept = {}

return {
  name = "coroutines-left_suspended_in_cleanup", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 100 do
      local step = coroutine.wrap(function()
        local x <close> = setmetatable({}, { __close = function() while true do end end })
        coroutine.yield()
      end)
      step()
      kept[i] = step
    end
    return #kept
  end,
  cleanup = function(ctx)
    local step = coroutine.wrap(function()
      local x <close> = setmetatable({}, { __close = function() while true do end end })
      coroutine.yield()
    end)
    step()
    kept[#kept + 1] = step
  end,
}
