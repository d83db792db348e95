-- outcome: ok
-- attacks: nothing that reaches files, processes, memory or the debugger is there

return {
  name = "environment-absent_names", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, name in ipairs({ "io", "package", "dofile", "loadfile", "loadstring", "module", "setfenv", "getfenv", "newproxy", "unpack", "jit", "ffi", "bit32", "arg", "ctx", "perilune" }) do
      if rawget(_G, name) ~= nil or _ENV[name] ~= nil then error("let through: " .. name) end
    end
    for _, name in ipairs({ "execute", "exit", "getenv", "remove", "rename", "tmpname", "setlocale" }) do
      if os[name] ~= nil then error("let through: os." .. name) end
    end
  end,
}
