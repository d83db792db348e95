-- outcome: ok,error,memory
-- attacks: a table that is marked as an array and holds a far element does not bloat the host

return {
  name = "output-result_marked_array_with_a_hole", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = ctx.json.array({})
    t[1] = 1
    t[2000000000] = 2
    t.x = 1
    return t
  end,
}
