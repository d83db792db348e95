-- outcome: timeout,memory
-- phase: process
-- attacks: a traceback looks for each function's name among a hundred thousand globals

return {
  name = "time-traceback_of_crowded_globals", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 60000 do _G[i + 0.5] = true end
    local function deep(n) if n == 0 then while true do debug.traceback() end end return 1 + deep(n - 1) end
    deep(40)
  end,
}
