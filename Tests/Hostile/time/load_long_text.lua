-- outcome: timeout,memory
-- phase: process
-- attacks: compiling megabytes of text ends at a limit

return {
  name = "time-load_long_text", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local text = ("x=1 "):rep(1000000)
    while true do load(text) end
  end,
}
