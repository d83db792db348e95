-- outcome: ok
-- about: insert, remove, move, concat, pack and unpack
-- result: ["b,c,d,e","1,2,3,1,2,3",3,[1,2,3]]

return {
  name = "harmless-table_functions", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { "a", "b", "c" }
    table.insert(t, "d")
    table.insert(t, 5, "e")
    table.remove(t, 1)
    local u = table.move({ 1, 2, 3 }, 1, 3, 4, { 1, 2, 3 })
    local p = table.pack(1, nil, 3)
    return table.concat(t, ","), table.concat(u, ","), p.n, { table.unpack({ 1, 2, 3 }) }
  end,
}
