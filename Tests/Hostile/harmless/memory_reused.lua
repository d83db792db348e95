-- outcome: ok
-- about: twelve megabytes in all, little at once
-- result: [40]

return {
  name = "harmless-memory_reused", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = 0
    for i = 1, 40 do
      local s = ("x"):rep(300000)
      if #s == 300000 then n = n + 1 end
    end
    return n
  end,
}
