-- outcome: error
-- phase: process
-- attacks: the text of an error cannot wait

return {
  name = "waits-in_an_error_text", version = "1.0.0", plugin_type = "processor", limits = { wall_ms = 200 },
  process = function(ctx, item)
    error(setmetatable({}, { __tostring = function() ctx.sleep(1e8) return "x" end }))
  end,
}
