-- outcome: error,memory,timeout
-- phase: process
-- attacks: what ctx.json.decode builds is charged

return {
  name = "memory-json_decode_growth", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local text = "[" .. ("[],"):rep(1000000) .. "1]"
    return #ctx.json.decode(text)
  end,
}
