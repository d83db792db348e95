-- outcome: ok,error,timeout
-- attacks: a table that changes while it is sorted does not break the sort

return {
  name = "metamethods-length_grows_in_sort", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for size = 5, 60, 5 do
      local t = {}
      for i = 1, size do t[i] = size - i end
      pcall(table.sort, t, function(a, b)
        for i = #t, 1, -1 do if i % 2 == 0 then t[i] = nil end end
        t[#t + 1] = {}
        return tostring(a) < tostring(b)
      end)
    end
  end,
}
