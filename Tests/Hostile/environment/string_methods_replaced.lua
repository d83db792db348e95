-- outcome: ok,error
-- attacks: string methods that a plugin replaces are its own

return {
  name = "environment-string_methods_replaced", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    pcall(function() getmetatable("").__index = function() return function() return "owned" end end end)
    pcall(function() string.upper = function() return "owned" end end)
    pcall(function() string.format = error string.find = error string.gsub = error string.rep = error end)
    return ("x"):upper()
  end,
}
