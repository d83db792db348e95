-- outcome: ok
-- about: fifteen thousand calls deep
-- result: [15000]

return {
  name = "harmless-recursion_deep", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
    return depth(15000)
  end,
}
