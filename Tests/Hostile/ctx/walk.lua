-- outcome: ok
-- attacks: what can be reached from ctx is ctx's own functions and plain values

return {
  name = "ctx-walk", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local seen, names = {}, 0
    local function visit(value, path)
      names = names + 1
      if names > 2000 then error("let through: without end at " .. path) end
      local kind = type(value)
      if kind == "thread" then error("let through: a " .. kind .. " at " .. path) end
      if kind == "table" and (value == _G or value == string or value == debug) then error("let through: a library at " .. path) end
      if (kind == "table" or kind == "userdata") and not seen[value] then
        seen[value] = true
        local walk = pcall(function()
          for k, v in pairs(value) do
            visit(k, path .. ".key")
            visit(v, path .. "." .. tostring(k))
          end
        end)
        visit(getmetatable(value), path .. ".metatable")
      end
    end
    visit(ctx, "ctx")
    if debug.getupvalue or debug.getinfo then error("let through: upvalues") end
  end,
}
