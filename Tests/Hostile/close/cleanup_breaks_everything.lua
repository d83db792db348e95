-- outcome: ok,error
-- attacks: a cleanup that removes every global does not keep the state from being closed

return {
  name = "close-cleanup_breaks_everything", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return item
  end,
  cleanup = function(ctx)
    local globals = _G
    for name in next, globals do globals[name] = nil end
  end,
}
