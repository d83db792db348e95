-- outcome: ok
-- attacks: string.dump cannot be reached, by name, method or metatable

return {
  name = "bytecode-dump_is_absent", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if string.dump ~= nil then error("string.dump") end
    if ("").dump ~= nil then error("the method dump") end
    local mt = getmetatable("")
    if type(mt) == "table" and type(mt.__index) == "table" and mt.__index.dump ~= nil then error("the metatable's dump") end
    if pcall(function() return ("x"):dump() end) then error("the method's call") end
  end,
}
