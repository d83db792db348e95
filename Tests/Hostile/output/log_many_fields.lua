-- outcome: ok,memory,timeout
-- attacks: thousands of fields do not break the log

return {
  name = "output-log_many_fields", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local fields = {}
    for i = 1, 2000 do fields["field" .. i] = ("x"):rep(20) end
    ctx.log.info("many", fields)
  end,
}
