-- outcome: ok
-- attacks: a close variable that runs when process returns may use ctx

return {
  name = "close-uses_ctx_at_the_end", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local x <close> = setmetatable({}, { __close = function() ctx.log.info("closed") print("closed") end })
    return 1
  end,
}
