-- outcome: ok
-- about: wide floats and long strings
-- result: [99,true,1000]

return {
  name = "harmless-format_long", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #string.format("%99.20f", 1 / 3), #string.format("%.99f", 1e300) > 300, #string.format("%s", ("x"):rep(1000))
  end,
}
