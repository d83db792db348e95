-- outcome: error
-- phase: process
-- attacks: an error value of any kind is reported as text

return {
  name = "metamethods-error_values_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, value in ipairs({ true, 1, 1.5, 0 / 0, {}, print, coroutine.create(print), ctx.json.null, ctx }) do pcall(error, value) end
    error(print)
  end,
}
