-- outcome: ok
-- attacks: a ctx that was kept is the one that is given, and has no more rights

local kept

return {
  name = "ctx-kept_from_initialize", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    kept = ctx
  end,
  process = function(ctx, item)
    if pcall(kept.store.put, "k", 1) then error("let through") end
    kept.log.info("x")
  end,
}
