-- outcome: ok
-- attacks: load refuses what begins as bytecode, whatever mode it is asked for

-- as string.dump gives it, cut short and whole
local samples = {
  "\27Lua",
  "\27LuaT\0\25\147\r\n\26\n\4\8\8xV\0\0\0\0\0\0\0\0\0\0\0(w@\1",
  "\27",
  "\27\27\27",
}

return {
  name = "bytecode-load_string", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, text in ipairs(samples) do
      for _, mode in ipairs({ false, "b", "bt", "tb", "t", "", "bbbb" }) do
        local f, why = load(text, "chunk", mode or nil)
        if f then error("let through in mode " .. tostring(mode)) end
        if type(why) ~= "string" then error("no reason given") end
      end
    end
  end,
}
