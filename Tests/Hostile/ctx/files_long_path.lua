-- outcome: ok
-- attacks: a path of a megabyte is refused before the host works on it

return {
  name = "ctx-files_long_path", version = "1.0.0", plugin_type = "processor",
  permissions = { read = { "**" } },
  process = function(ctx, item)
    for _, path in ipairs({ ("a/"):rep(500000), ("a/../"):rep(200000), ("x"):rep(1000000), ("/"):rep(1000000), ("./"):rep(5000) }) do
      if pcall(ctx.fs.lines, path) then error("let through") end
    end
  end,
}
