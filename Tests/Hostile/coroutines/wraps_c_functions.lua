-- outcome: ok,error
-- attacks: coroutines whose body is a C function are sound

return {
  name = "coroutines-wraps_c_functions", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, f in ipairs({ print, pcall, error, tostring, load, require, setmetatable, coroutine.yield, coroutine.wrap, coroutine.resume,
      coroutine.close, string.rep, string.gsub, table.sort, table.concat, select, next, ctx.now, ctx.log.info, ctx.json.encode }) do
      local co = coroutine.create(f)
      coroutine.resume(co)
      coroutine.resume(co, co, co, co)
      pcall(coroutine.wrap(f), coroutine.wrap(f))
      pcall(coroutine.close, co)
    end
  end,
}
