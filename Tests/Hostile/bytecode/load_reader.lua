-- outcome: ok
-- attacks: load refuses bytecode that a reader gives piece by piece

return {
  name = "bytecode-load_reader", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, pieces in ipairs({ { "\27", "Lua" }, { "\27Lua" }, { "\27L", "u", "a" } }) do
      local n = 0
      local f, why = load(function() n = n + 1 return pieces[n] end, "chunk", "b")
      if f or type(why) ~= "string" then error("let through") end
    end
  end,
}
