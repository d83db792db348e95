-- outcome: ok
-- attacks: the metatable of strings leads to the sandbox's own table and nowhere else

return {
  name = "environment-string_metatable", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = getmetatable("")
    if mt == nil or type(mt) == "boolean" or type(mt) == "string" then return "protected" end
    if mt.__index ~= string then error("let through: another table") end
    if mt.__gc or mt.__metatable == nil and pcall(setmetatable, "", {}) then error("let through") end
    for name in next, mt do if type(name) ~= "string" or not name:find("^__") then error("odd key") end end
  end,
}
