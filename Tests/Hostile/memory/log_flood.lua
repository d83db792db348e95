-- outcome: memory,timeout,ok
-- attacks: what is logged does not pile up in the host

return {
  name = "memory-log_flood", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local line = ("x"):rep(200000)
    for i = 1, 100000 do ctx.log.info(line .. i) end
  end,
}
