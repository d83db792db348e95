-- outcome: ok
-- attacks: no metatable of any value leads to Lua's own libraries

return {
  name = "environment-registry_through_metatables", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local seen, reached = {}, 0
    local function visit(value)
      local kind = type(value)
      if value == nil or seen[value] then return end
      seen[value] = true
      reached = reached + 1
      local mt = getmetatable(value)
      if mt ~= nil then visit(mt) end
      if kind == "table" then
        for k, v in next, value do visit(k) visit(v) end
        for _, name in ipairs({ "dump", "execute", "getinfo", "getregistry", "loadlib", "popen", "open", "exit", "loaded", "preload", "searchers", "cpath" }) do
          if rawget(value, name) ~= nil then error("let through: " .. name) end
        end
      end
    end
    visit(_G)
    visit("")
    visit(ctx)
    visit(coroutine.running())
    visit(1) visit(true) visit(print) visit(visit)
    return reached
  end,
}
