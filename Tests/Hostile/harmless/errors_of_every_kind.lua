-- outcome: ok
-- about: values that are raised and caught unchanged
-- result: ["table",7,"nil",true]

return {
  name = "harmless-errors_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local _, a = pcall(error, { code = 1 })
    local _, b = pcall(error, 7)
    local _, c = pcall(error)
    local _, d = pcall(error, true)
    return type(a), b, type(c), d
  end,
}
