-- outcome: timeout,memory
-- phase: process
-- attacks: one os.date with a format of megabytes never runs a Lua instruction

return {
  name = "time-date_long_format", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #os.date(("%d"):rep(2000000))
  end,
}
