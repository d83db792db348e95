-- outcome: ok
-- about: two hundred arguments
-- result: [200,200,199,20100]

return {
  name = "harmless-varargs", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function count(...) return select("#", ...) end
    local function sum(...) local n = 0 for i = 1, select("#", ...) do n = n + (select(i, ...)) end return n end
    local t = {}
    for i = 1, 200 do t[i] = i end
    return count(table.unpack(t)), select(-1, table.unpack(t)), select(199, table.unpack(t)), sum(table.unpack(t))
  end,
}
