-- outcome: ok,memory,timeout
-- attacks: print of a hundred thousand values is one line

return {
  name = "output-print_many_values", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print(table.unpack({}, 1, 100000))
  end,
}
