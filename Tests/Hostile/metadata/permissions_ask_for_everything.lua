-- outcome: ok
-- attacks: asking for every permission grants none
return {
  name = "metadata-greedy", version = "1.0.0", plugin_type = "processor",
  permissions = { store = true, read = { "/**", "**", "../**" }, write = { "/**" }, http = { "*" }, env = { "*" }, plugins = true, timer = true, events = { "*" } },
  process = function(ctx)
    if pcall(ctx.store.put, "k", 1) then error("let through: store") end
    if pcall(function() for line in ctx.fs.lines("/etc/passwd") do return line end end) then error("let through: read") end
  end,
}
