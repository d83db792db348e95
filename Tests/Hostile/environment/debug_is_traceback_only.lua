-- outcome: ok
-- attacks: of the debug library only traceback is there

return {
  name = "environment-debug_is_traceback_only", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for name in pairs(debug) do if name ~= "traceback" then error("let through: debug." .. name) end end
    for _, name in ipairs({ "getinfo", "getlocal", "getupvalue", "setupvalue", "upvalueid", "upvaluejoin", "sethook", "gethook", "getregistry",
      "getmetatable", "setmetatable", "getuservalue", "setuservalue", "setlocal", "debug", "setcstacklimit" }) do
      if debug[name] ~= nil then error("let through: debug." .. name) end
    end
  end,
}
