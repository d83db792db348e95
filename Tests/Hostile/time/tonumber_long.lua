-- outcome: timeout
-- phase: process
-- attacks: reading numbers of a million digits ends at the deadline

return {
  name = "time-tonumber_long", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local digits = ("1"):rep(1000000)
    local hex = "0x" .. digits .. "." .. digits
    while true do
      local n = tonumber(digits, 7)
      n = tonumber(digits)
      n = tonumber(hex)
    end
  end,
}
