-- outcome: timeout,memory
-- phase: process
-- attacks: a collection over chained weak-key tables is quadratic: no instruction, no allocation, no call

return {
  name = "time-collection_of_chained_weak_tables", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mode = { __mode = "k" }
    local first = {}
    local tables, keys = {}, { first }
    local n = 12000
    for i = 1, n do
      keys[i + 1] = {}
      tables[i] = setmetatable({}, mode)
    end
    -- each table holds the key of one that the collector meets later, whichever way round it goes
    for i = 1, n do tables[i % 2 == 1 and (i + 1) // 2 or n - i // 2 + 1][keys[i]] = keys[i + 1] end
    local root = keys[1]
    keys = nil
    while true do local s = ("x"):rep(1000) .. math.random() end
  end,
}
