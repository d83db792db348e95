-- outcome: ok,memory,timeout
-- attacks: long flat constructs are compiled or refused without harm

return {
  name = "stack-parser_long_chains", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = 20000
    load("return a" .. (".a"):rep(n))
    load("return f" .. ("()"):rep(n))
    load("return 1" .. (" + 1"):rep(n))
    load("return a" .. (" or a"):rep(n))
    load("if a then" .. (" elseif a then"):rep(n) .. " end")
    load("local " .. ("a, "):rep(n) .. "a")
    load("return function(" .. ("a, "):rep(n) .. "a) end")
    load(("local a "):rep(n))
    load(("::l:: "):rep(2))
    load(("goto l "):rep(n) .. "::l::")
    load("a" .. (", a"):rep(n) .. " = 1")
  end,
}
