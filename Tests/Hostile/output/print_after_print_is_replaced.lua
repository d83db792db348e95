-- outcome: ok
-- attacks: a replaced print or tostring is not what the host uses

return {
  name = "output-print_after_print_is_replaced", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local original = print
    print = function() while true do end end
    tostring = function() while true do end end
    original("x", 1, nil, true, {})
    ctx.log.info("y")
  end,
}
