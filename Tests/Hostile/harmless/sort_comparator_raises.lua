-- outcome: ok
-- about: an error out of a comparator is caught
-- result: [false,"no order"]

return {
  name = "harmless-sort_comparator_raises", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return pcall(table.sort, { 3, 2, 1 }, function() error("no order", 0) end)
  end,
}
