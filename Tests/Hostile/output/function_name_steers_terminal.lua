-- outcome: error
-- phase: process
-- attacks: a function's name in a traceback reaches no terminal

return {
  name = "output-function_name_steers_terminal", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    _G["\27[2J\r\nowned"] = function() error("inside") end
    local t = { ["\27[31m\n"] = function() _G["\27[2J\r\nowned"]() end }
    t["\27[31m\n"]()
  end,
}
