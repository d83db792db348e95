-- outcome: ok
-- attacks: the mark for null in odd places is null

return {
  name = "output-result_null_mark", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return ctx.json.null, { ctx.json.null, a = ctx.json.null }, nil
  end,
}
