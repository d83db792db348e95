-- outcome: ok
-- about: twenty thousand keys
-- result: [20000]

return {
  name = "harmless-table_of_strings", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 20000 do t["key" .. i] = i end
    local n = 0
    for k, v in pairs(t) do n = n + 1 t[k] = nil end
    if next(t) then error("not empty") end
    return n
  end,
}
