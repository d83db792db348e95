-- outcome: timeout
-- phase: process
-- attacks: conversions in the host count against the call

return {
  name = "ctx-encode_from_a_loop", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    for i = 1, 1000 do t[i] = { i, tostring(i) } end
    while true do pcall(ctx.json.encode, t) end
  end,
}
