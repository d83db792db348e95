-- outcome: error
-- phase: process
-- attacks: the mark for null as an error value is reported as text

return {
  name = "metamethods-error_is_a_light_userdata", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error(ctx.json.null)
  end,
}
