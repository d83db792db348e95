-- outcome: ok
-- about: a list of thirty thousand cells, reversed
-- result: [1,30000]

return {
  name = "harmless-linked_list", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local list
    for i = 1, 30000 do list = { i, list } end
    local reversed
    while list do reversed = { list[1], reversed } list = list[2] end
    local first, n = reversed[1], 0
    while reversed do n = n + 1 reversed = reversed[2] end
    return first, n
  end,
}
