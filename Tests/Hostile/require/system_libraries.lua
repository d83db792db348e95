-- outcome: ok
-- attacks: require does not find Lua's own libraries

return {
  name = "require-system_libraries", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, name in ipairs({ "io", "os", "debug", "package", "_G", "string", "table", "math", "coroutine", "utf8", "lfs", "socket", "ffi", "cjson", "posix", "lpeg" }) do
      if pcall(require, name) then error("let through: " .. name) end
    end
  end,
}
