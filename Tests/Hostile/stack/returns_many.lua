-- outcome: ok,error,memory
-- attacks: a hundred thousand returned values do not break the host's reading

return {
  name = "stack-returns_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return table.unpack({}, 1, 100000)
  end,
}
