-- outcome: ok
-- about: a comparator over records
-- result: ["aa","zz"]

return {
  name = "harmless-sort_with_comparator", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 0, 675 do t[i + 1] = { name = string.char(97 + i * 7 % 26, 97 + i * 7 // 26 % 26), n = i } end
    table.sort(t, function(a, b) if a.name ~= b.name then return a.name < b.name end return a.n < b.n end)
    return t[1].name, t[#t].name
  end,
}
