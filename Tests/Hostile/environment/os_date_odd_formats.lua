-- outcome: ok
-- attacks: formats that strftime leaves undefined are refused

return {
  name = "environment-os_date_odd_formats", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, format in ipairs({ "%Ez", "%Oc0", "%", "%E", "%9", "%\0", "%\200", "!%!", "%%%", "%-d", "%_x", "%^", "*x", "%Q" }) do pcall(os.date, format, 0) end
    for _, time in ipairs({ -1, 0, math.maxinteger, math.mininteger, 1e300, 253402300800, -62135596801 }) do
      pcall(os.date, "%c", time)
      pcall(os.date, "*t", time)
    end
    for _, t in ipairs({ {}, { year = 2020 }, { year = math.maxinteger, month = 1, day = 1 }, { year = 2020, month = -2147483648, day = 2147483647, hour = 2147483647 },
      { year = "2020", month = "1", day = "1" }, { year = 1e300, month = 1, day = 1 }, setmetatable({}, { __index = function() return 1 end }) }) do
      pcall(os.time, t)
    end
  end,
}
