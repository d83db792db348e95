-- outcome: ok
-- attacks: a first line that Lua's file reader skips does not lead to bytecode

return {
  name = "bytecode-comment_before", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, text in ipairs({ "#!/usr/bin/lua\n\27Lua", "# x\n\27LuaT", "\239\187\191\27Lua" }) do
      if load(text, "chunk", "b") or load(text) then error("let through") end
    end
  end,
}
