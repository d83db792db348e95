-- outcome: ok
-- attacks: no way to write a path gets around a missing grant

return {
  name = "ctx-files_by_every_path", version = "1.0.0", plugin_type = "processor",
  permissions = { read = { "*", "/**", "../**" } },
  process = function(ctx, item)
    for _, path in ipairs({ "/etc/passwd", "//etc//passwd", "/etc/../etc/passwd", "../../../../../../etc/passwd", "./x", "", ".", "..", "/", "/dev/zero", "/dev/stdin", "/proc/self/environ",
      "/proc/self/fd/0", "/etc/passwd\0.txt", "x\0", "~", "~root/.profile", "file:///etc/passwd", ("a/"):rep(100), ("x"):rep(5000), "\27[2J", "\255", "plugin.lua", "|ls", "/etc/*" }) do
      local passed, why = pcall(function() for line in ctx.fs.lines(path) do return line end end)
      if passed then error("let through: " .. path) end
    end
  end,
}
