-- outcome: ok
-- about: a text of ten thousand statements
-- result: [10000]

return {
  name = "harmless-load_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return load("local n = 0 " .. ("n = n + 1 "):rep(10000) .. "return n")()
  end,
}
