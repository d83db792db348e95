-- outcome: error,timeout,memory
-- phase: process
-- attacks: the traceback that the host takes of an error is bounded

return {
  name = "time-error_among_crowded_globals", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 60000 do _G[i + 0.5] = true end
    local function deep(n) if n == 0 then error("deep") end return 1 + deep(n - 1) end
    deep(100)
  end,
}
