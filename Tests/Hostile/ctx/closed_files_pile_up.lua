-- outcome: ok
-- attacks: refused opens leave no file open

return {
  name = "ctx-closed_files_pile_up", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 300 do pcall(ctx.fs.lines, "/etc/passwd") end
  end,
}
