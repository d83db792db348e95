-- outcome: ok
-- about: goto as continue and out of loops
-- result: [25,6]

return {
  name = "harmless-goto_continue", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local sum = 0
    for i = 1, 10 do
      if i % 2 == 0 then goto continue end
      sum = sum + i
      ::continue::
    end
    local n = 0
    for i = 1, 3 do
      for j = 1, 3 do
        n = n + 1
        if i * j == 6 then goto done end
      end
    end
    ::done::
    return sum, n
  end,
}
