-- outcome: ok
-- about: a queue of thirty thousand items
-- result: [30000,0]

return {
  name = "harmless-queue", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local queue, first, last = {}, 1, 0
    for i = 1, 30000 do last = last + 1 queue[last] = i end
    local n = 0
    while first <= last do queue[first] = nil first = first + 1 n = n + 1 end
    return n, last - first + 1
  end,
}
