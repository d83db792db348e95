-- outcome: ok
-- attacks: a result of bytes that are no text arrives whole

return {
  name = "output-result_bytes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { "\255\254\0", ("\200"):rep(1000) }
  end,
}
