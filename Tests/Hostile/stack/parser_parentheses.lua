-- outcome: ok
-- attacks: parentheses nested a hundred thousand deep do not overflow the parser's C stack

return {
  name = "stack-parser_parentheses", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f, why = load("return " .. ("("):rep(100000) .. "1" .. (")"):rep(100000))
    if f then error("let through") end
    if not why:find("overflow") and not why:find("levels") and not why:find("memory") then error(why) end
  end,
}
