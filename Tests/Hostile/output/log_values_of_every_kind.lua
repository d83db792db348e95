-- outcome: ok
-- attacks: ctx.log takes any plain value and refuses the rest

return {
  name = "output-log_values_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, value in ipairs({ true, 1, 1.5, 0 / 0, math.huge, "x", {}, { 1, 2 }, { a = { b = 1 } } }) do ctx.log.info(value) end
    local t = {}
    t.t = t
    for _, value in ipairs({ print, coroutine.create(print), t, { print }, { [{}] = 1 } }) do
      if pcall(ctx.log.info, value) then error("let through") end
    end
    pcall(ctx.log.info)
    pcall(ctx.log.info, "x", "not a table")
    pcall(ctx.log.info, "x", { [1] = 2, [1.5] = 3 })
  end,
}
