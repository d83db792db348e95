-- outcome: ok
-- attacks: traceback takes any value and any level

return {
  name = "environment-traceback_of_anything", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, value in ipairs({ 1, true, {}, print, coroutine.create(print), "x\27[2J" }) do
      for _, level in ipairs({ -1, 0, 1, 1000000, math.maxinteger, math.mininteger }) do
        pcall(debug.traceback, value, level)
        pcall(debug.traceback, coroutine.create(function() end), value, level)
      end
    end
  end,
}
