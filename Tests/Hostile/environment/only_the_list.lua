-- outcome: ok
-- attacks: the environment holds exactly what the documented list names

return {
  name = "environment-only_the_list", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local known = {
      _G = "_G _VERSION assert collectgarbage coroutine debug error getmetatable ipairs load math next os pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 warn xpcall",
      coroutine = "close create isyieldable resume running status wrap yield",
      debug = "traceback",
      math = "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random randomseed sin sqrt tan tointeger type ult",
      os = "clock date difftime time",
      string = "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper",
      table = "concat insert move pack remove sort unpack",
      utf8 = "char charpattern codepoint codes len offset",
    }
    local count = 0
    for library, names in pairs(known) do
      local set = {}
      for name in names:gmatch("%S+") do set[name] = true end
      for name in next, library == "_G" and _G or _G[library] do
        if not set[name] then error("not on the list: " .. library .. "." .. tostring(name)) end
        count = count + 1
      end
    end
    return count
  end,
}
