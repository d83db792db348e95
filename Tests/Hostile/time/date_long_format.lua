-- outcome: timeout,memory
-- phase: process
-- attacks: os.date with a format of megabytes runs no Lua instruction for long

return {
  name = "time-date_long_format", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local format = ("%G%V%U"):rep(500000)
    while true do os.date(format) end
  end,
}
