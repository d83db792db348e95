-- outcome: error
-- phase: process
-- attacks: a replacement of the wrong kind is an error of the script's
-- says: invalid replacement value

return {
  name = "metamethods-invalid_replacement", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return (("x"):gsub("x", function() return {} end))
  end,
}
