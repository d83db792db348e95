-- outcome: denied
-- phase: process
-- attacks: no file can be read by who did not ask
-- says: needs the permission 'read

return {
  name = "ctx-files_are_denied", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for line in ctx.fs.lines("/etc/passwd") do return line end
  end,
}
