-- outcome: ok
-- about: weak tables with live and dead entries
-- result: [1,"kept"]

return {
  name = "harmless-weak_tables", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local t = setmetatable({}, { __mode = "k" })
    t[kept] = "kept"
    for i = 1, 2000 do t[{}] = i end
    local strong = setmetatable({}, { __mode = "v" })
    strong[1] = kept
    return strong[1] == kept and 1 or 0, t[kept]
  end,
}
