-- outcome: error
-- phase: process
-- attacks: fields that are no data, and bytes that are no text, are left out or repaired
-- says: odd

return {
  name = "metamethods-error_fields_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    error({ message = "odd", [1] = 1, [1.5] = 2, [true] = 3, f = print, co = coroutine.create(print), nan = 0 / 0, ["\255\254"] = "\255",
      ["\27[31m"] = "\27[31m", code = print, location = {}, traceback = ctx, mixed = { 1, a = 2, [3.5] = 4 } })
  end,
}
