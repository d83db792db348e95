-- outcome: error
-- phase: process
-- attacks: a result that holds itself is refused
-- says: contains itself

return {
  name = "output-result_cycle", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { a = { b = {} } }
    t.a.b.c = t
    return t
  end,
}
