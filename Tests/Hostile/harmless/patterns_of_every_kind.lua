-- outcome: ok
-- about: captures, positions, sets, balance, frontier
-- result: ["key","value",5,"(a(b)c)","THE (quick) fox","x=1, y=2","hello hello",3]

return {
  name = "harmless-patterns_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local k, v = ("key = value"):match("^(%w+)%s*=%s*(%w+)$")
    local words = ("one two  three"):gsub("%s+", " ")
    return k, v, ("helloworld"):find("()w") and ("hello"):match("()o"), ("x(a(b)c)y"):match("%b()"),
      (("THE (quick) fox"):gsub("%f[%a]%a+%f[%A]", "%0")), (("x = 1, y = 2"):gsub("%s*=%s*", "=")), (("hello"):gsub("%w+", "%0 %0")),
      select(2, words:gsub("%a+", ""))
  end,
}
