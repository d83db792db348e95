-- outcome: ok
-- about: pcall a hundred and fifty deep
-- result: [150,"bottom"]

return {
  name = "harmless-recursion_by_pcall", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function down(n) if n == 0 then error("bottom", 0) end return select(2, pcall(down, n - 1)) end
    return 150, down(150)
  end,
}
