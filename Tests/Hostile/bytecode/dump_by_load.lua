-- outcome: ok
-- attacks: a chunk that is loaded with the globals as its environment has no string.dump either

return {
  name = "bytecode-dump_by_load", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if load("return string.dump")() ~= nil then error("let through") end
    if load("return ('').dump", "x", "t", {})() ~= nil then error("let through") end
  end,
}
