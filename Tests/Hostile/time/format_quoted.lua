-- outcome: timeout,memory
-- phase: process
-- attacks: quoting a long string of control characters ends at a limit

return {
  name = "time-format_quoted", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("\1"):rep(1000000)
    while true do local q = string.format("%q", s) end
  end,
}
