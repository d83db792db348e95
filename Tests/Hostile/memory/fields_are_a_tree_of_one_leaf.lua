-- outcome: error,memory,timeout
-- phase: process
-- attacks: an error's field that unfolds to 2^30 elements does not bloat or hang the host

return {
  name = "memory-fields_are_a_tree_of_one_leaf", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { 1 }
    for i = 1, 30 do t = { t, t } end
    error({ message = "unfolds", tree = t })
  end,
}
