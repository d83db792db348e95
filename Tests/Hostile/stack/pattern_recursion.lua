-- outcome: ok
-- attacks: patterns with many items do not overflow the matcher's C stack

return {
  name = "stack-pattern_recursion", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local refused = 0
    for _, pattern in ipairs({ ("a?"):rep(20000), ("(a)"):rep(20000), ("a-"):rep(20000), ("(" ):rep(20000), ("a*"):rep(20000), ("%b()"):rep(20000) }) do
      if not pcall(string.find, ("a"):rep(300), pattern) then refused = refused + 1 end
    end
    if refused == 0 then error("let through") end
  end,
}
