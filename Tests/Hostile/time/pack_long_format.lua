-- outcome: timeout
-- phase: process
-- attacks: a pack format of a million items never runs a Lua instruction

return {
  name = "time-pack_long_format", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local format = ("!16 i1 x b "):rep(400000)
    while true do string.packsize(format) end
  end,
}
