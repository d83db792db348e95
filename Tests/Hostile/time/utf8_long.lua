-- outcome: timeout
-- phase: process
-- attacks: utf8 functions over a long text end at the deadline

return {
  name = "time-utf8_long", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("\u{20AC}"):rep(500000)
    while true do
      local n = utf8.len(s)
      n = utf8.offset(s, n)
      n = utf8.offset(s, -n)
    end
  end,
}
