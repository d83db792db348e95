-- outcome: ok,error
-- attacks: a traversal of a table that changes under it ends as an error at worst

return {
  name = "environment-next_during_change", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for round = 1, 20 do
      local t = {}
      for i = 1, 50 do t["k" .. i] = i end
      pcall(function() for k in pairs(t) do t[k .. "x"] = 1 t[k] = nil end end)
      pcall(next, t, {})
      pcall(next, t, "absent")
      pcall(next, {}, 0 / 0)
      pcall(rawset, t, 0 / 0, 1)
      pcall(rawset, t, nil, 1)
    end
  end,
}
