-- outcome: timeout,error,memory
-- phase: process
-- attacks: byte and char with two hundred thousand values end at a limit

return {
  name = "time-byte_and_char", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(200000)
    while true do local t = string.char(s:byte(1, -1)) end
  end,
}
