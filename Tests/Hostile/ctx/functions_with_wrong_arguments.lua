-- outcome: ok
-- attacks: every function of ctx refuses every wrong argument without harm

return {
  name = "ctx-functions_with_wrong_arguments", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local values = { false, true, 0, -1, 1.5, 0 / 0, math.maxinteger, "", "\255", "a\0b", {}, { {} }, print, coroutine.create(print), ctx, ctx.json.null }
    local function try(f)
      pcall(f)
      for _, a in ipairs(values) do
        pcall(f, a)
        for _, b in ipairs({ false, -1, "\27[2J", {}, print }) do pcall(f, a, b) pcall(f, a, b, { [b] = b }, a, b) end
      end
    end
    for _, f in ipairs({ ctx.now, ctx.json.encode, ctx.json.decode, ctx.json.array, ctx.store.get, ctx.store.put, ctx.store.delete, ctx.store.list,
      ctx.store.transaction, ctx.fs.lines, ctx.metrics.increment, ctx.metrics.record, ctx.log.debug }) do
      try(f)
    end
  end,
}
