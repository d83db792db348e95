-- outcome: ok
-- attacks: __metatable of any kind protects and breaks nothing

return {
  name = "metamethods-metatable_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, value in ipairs({ false, true, 1, "locked", {}, print }) do
      local t = setmetatable({}, { __metatable = value })
      if getmetatable(t) ~= value then error("wrong answer") end
      if pcall(setmetatable, t, {}) then error("let through") end
    end
  end,
}
