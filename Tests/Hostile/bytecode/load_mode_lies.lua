-- outcome: ok
-- attacks: text is loaded in every mode, since no mode but text exists

return {
  name = "bytecode-load_mode_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, mode in ipairs({ "t", "bt" }) do
      local f = load("return 7", "chunk", mode)
      if f and f() ~= 7 then error("wrong value") end
    end
    if pcall(load, "return 1", "chunk", {}) then error("a table for a mode") end
  end,
}
