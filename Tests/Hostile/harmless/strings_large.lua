-- outcome: ok
-- about: strings of megabytes within the quota
-- result: [3000000,"XX",1500001]

return {
  name = "harmless-strings_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("x"):rep(1500000) .. "y" .. ("x"):rep(1499999)
    return #s, s:sub(1, 2):upper(), (s:find("y", 1, true))
  end,
}
