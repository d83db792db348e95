-- outcome: timeout,memory
-- phase: process
-- attacks: pcall around a stretch that only the last resort ends does not help

return {
  name = "time-rehash_of_colliding_keys_swallowed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function grow()
      local step = (1 << 17) - 1
      local t = {}
      for k = 1, 1 << 16 do t[k * step] = true end
      t.x = true
    end
    while true do pcall(coroutine.wrap(function() pcall(grow) end)) end
  end,
}
