-- outcome: ok
-- attacks: jumps that the compiler must refuse are refused

return {
  name = "environment-goto_into_scopes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, text in ipairs({
      "goto l; local a; ::l:: print(a)",
      "do goto l end; local x <close> = nil; ::l:: ; print(x)",
      "goto nowhere",
      "::l:: ::l::",
      "repeat if x then goto cont end; local y; ::cont:: until y",
      "break",
      "local x <const> = 1; x = 2",
      "local x <unknown> = 1",
      "local x <close>, y <close> = nil, nil",
    }) do
      if load(text) then error("let through: " .. text) end
    end
  end,
}
