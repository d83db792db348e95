-- outcome: ok,memory,timeout
-- attacks: a line of megabytes does not break the log

return {
  name = "output-print_megabytes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print(("x"):rep(2000000))
  end,
}
