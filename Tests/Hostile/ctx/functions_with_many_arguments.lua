-- outcome: ok,memory,error
-- attacks: a hundred thousand arguments do not break a host function

return {
  name = "ctx-functions_with_many_arguments", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, f in ipairs({ ctx.now, ctx.json.encode, ctx.log.info, ctx.store.get, ctx.metrics.increment, ctx.fs.lines, ctx.json.array }) do
      pcall(f, table.unpack({}, 1, 100000))
    end
  end,
}
