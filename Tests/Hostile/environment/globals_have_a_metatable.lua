-- outcome: ok
-- attacks: a metatable of the globals is not run by the host

return {
  name = "environment-globals_have_a_metatable", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function evil() while true do end end
    setmetatable(_G, { __index = evil, __newindex = evil, __pairs = evil, __len = evil, __tostring = evil, __name = "evil", __mode = "kv", __close = evil, __metatable = false })
    ctx.log.info("a line")
    return ctx.json.encode({ 1 })
  end,
  cleanup = function(ctx)
    ctx.log.info("bye")
  end,
}
