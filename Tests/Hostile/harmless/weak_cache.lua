-- outcome: ok
-- about: a cache with weak values
-- result: [1000]

return {
  name = "harmless-weak_cache", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local cache = setmetatable({}, { __mode = "v" })
    local keep = {}
    for i = 1, 1000 do
      local v = cache[i] or { i }
      cache[i] = v
      keep[i] = v
    end
    local n = 0
    for _ in pairs(cache) do n = n + 1 end
    return n
  end,
}
