-- outcome: ok
-- attacks: a path of a hundred kilobytes is refused before the host works on it

return {
  name = "ctx-files_long_path", version = "1.0.0", plugin_type = "processor",
  permissions = { read = { "**" } },
  process = function(ctx, item)
    for _, path in ipairs({ ("a/"):rep(100000), ("a/../"):rep(20000), ("x"):rep(100000), ("/"):rep(100000), ("./"):rep(5000) }) do
      if pcall(ctx.fs.lines, path) then error("let through") end
    end
  end,
}
