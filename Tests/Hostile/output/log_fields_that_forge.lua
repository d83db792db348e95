-- outcome: ok
-- attacks: fields named like the host's own do not replace them

return {
  name = "output-log_fields_that_forge", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    ctx.log.error("x", { plugin = "another", version = "9.9.9", error = "forged", operation = "forged", traceback = "forged\nline", code = "forged", path = "/etc", level = "critical", message = "forged" })
  end,
}
