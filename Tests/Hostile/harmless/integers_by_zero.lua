-- outcome: ok
-- about: division by zero is an error for integers and none for floats
-- result: [false,"inf","-inf",true]

return {
  name = "harmless-integers_by_zero", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local zero = 0
    return pcall(function() return 1 // zero end) and true or false, tostring(1 / 0), tostring(-1 / 0), 0 / 0 ~= 0 / 0
  end,
}
