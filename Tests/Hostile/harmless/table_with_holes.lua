-- outcome: ok
-- about: lengths and removals at the edges
-- result: [true,0,[1]]

return {
  name = "harmless-table_with_holes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { 1, 2, 3 }
    t[#t] = nil
    t[#t] = nil
    local empty = {}
    return #t == 1, #empty, t
  end,
}
