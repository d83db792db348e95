-- outcome: ok
-- attacks: no construct nested fifty thousand deep overflows the parser's C stack

return {
  name = "stack-parser_nesting_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = 50000
    for _, text in ipairs({
      "return " .. ("{"):rep(n),
      ("do "):rep(n),
      ("if x then "):rep(n),
      ("while x do "):rep(n),
      ("repeat "):rep(n),
      ("for i = 1, 2 do "):rep(n),
      "return " .. ("function() return "):rep(n),
      "return " .. ("- "):rep(n) .. "1",
      "return " .. ("not "):rep(n) .. "1",
      "return " .. ("1 .. "):rep(n) .. "1",
      "return " .. ("2 ^ "):rep(n) .. "2",
      "return " .. ("f("):rep(n),
      "return " .. ("t["):rep(n),
      ("f(function() "):rep(n),
      "local a <close> = " .. ("a{"):rep(n),
    }) do
      local f = load(text)
      if f then error("let through: " .. text:sub(1, 40)) end
    end
  end,
}
