-- outcome: ok,error
-- attacks: a table that changes while it is joined, moved or unpacked does not break the library

return {
  name = "metamethods-table_changes_in_concat", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __index = function(t, k) for i = 1, 100 do rawset(t, i, nil) end return "x" end, __len = function() return 50 end })
    table.concat(t)
    table.move(t, 1, 50, 2)
    table.unpack(t)
    for k in pairs({ 1, 2, 3, a = 1 }) do t[k] = nil end
  end,
}
