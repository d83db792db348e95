-- outcome: ok
-- about: fifty thousand calls, every second one fails
-- result: [15000,15000]

return {
  name = "harmless-pcall_heavy", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local good, bad = 0, 0
    for i = 1, 30000 do
      local passed = pcall(function() if i % 2 == 0 then error("even", 0) end end)
      if passed then good = good + 1 else bad = bad + 1 end
    end
    return good, bad
  end,
}
