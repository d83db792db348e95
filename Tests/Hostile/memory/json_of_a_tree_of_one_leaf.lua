-- outcome: error,memory,timeout
-- phase: process
-- attacks: ctx.json.encode of a table that unfolds to 2^30 elements does not bloat or hang the host

return {
  name = "memory-json_of_a_tree_of_one_leaf", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { 1 }
    for i = 1, 30 do t = { t, t } end
    return #ctx.json.encode(t)
  end,
}
