-- outcome: memory,timeout
-- phase: process
-- attacks: weak tables count until they are collected

return {
  name = "memory-weak_tables_filled", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __mode = "v" })
    local strong = {}
    for i = 1, math.huge do
      local v = { i }
      t[i] = v
      strong[#strong + 1] = v
    end
  end,
}
