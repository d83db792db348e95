-- outcome: error
-- phase: process
-- attacks: an error table that holds itself does not loop the host
-- says: round

return {
  name = "metamethods-error_is_a_cycle", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { message = "round" }
    t.self = t
    t[1] = t
    t[t] = t
    error(t)
  end,
}
