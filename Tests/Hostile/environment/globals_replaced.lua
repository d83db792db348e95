-- outcome: ok
-- attacks: the host does not call what a plugin put in the place of a global

return {
  name = "environment-globals_replaced", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local report = error
    local owned = false
    local function evil() owned = true return "owned" end
    local keep = { ipairs = ipairs, pairs = pairs, type = type }
    for _, name in keep.ipairs({ "tostring", "tonumber", "type", "pairs", "ipairs", "next", "error", "assert", "pcall", "xpcall", "select", "print", "load",
      "setmetatable", "getmetatable", "rawget", "rawset", "rawequal", "rawlen", "require", "warn", "collectgarbage" }) do
      _G[name] = evil
    end
    for _, library in keep.ipairs({ string, table, math, os, utf8, coroutine, debug }) do
      for name in keep.pairs(library) do library[name] = evil end
    end
    ctx.log.info("a line")
    ctx.json.encode({ a = 1, b = { 1, 2 } })
    ctx.json.decode('{"a":[1,2,3]}')
    ctx.metrics.increment("n", 1)
    ctx.now()
    if owned then report("let through: the host called it") end
    return { 1, a = { b = "c" } }
  end,
  cleanup = function(ctx)
    ctx.log.info("bye")
  end,
}
