-- outcome: timeout,error
-- phase: process
-- attacks: a comparator that contradicts itself cannot run the sort out of bounds or for ever

return {
  name = "time-sort_comparator_never_decides", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 200 do t[i] = i end
    while true do
      local sorted, why = pcall(table.sort, t, function() return true end)
      if not sorted and not tostring(why):find("invalid order function") then error(why, 0) end
    end
  end,
}
