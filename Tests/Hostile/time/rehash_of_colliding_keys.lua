-- outcome: timeout,memory
-- phase: process
-- attacks: one assignment rehashes keys that all collide: no instruction, no allocation, no call

return {
  name = "time-rehash_of_colliding_keys", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    -- k * (2^(m+1) - 1) all have the same main position in a node array of 2^m
    local m = 16
    local step = (1 << (m + 1)) - 1
    local t = {}
    for k = 1, 1 << m do t[k * step] = true end
    t.x = true
  end,
}
