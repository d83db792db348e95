-- outcome: ok
-- about: dates from and to numbers
-- result: ["1970-01-01","2000-02-29",1970]

return {
  name = "harmless-dates", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return os.date("!%Y-%m-%d", 0), os.date("!%Y-%m-%d", 951782400), os.date("!*t", 0).year
  end,
}
