-- outcome: ok
-- attacks: values that JSON has not are refused

return {
  name = "ctx-json_odd_values", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local cycle = {}
    cycle[1] = cycle
    for name, value in pairs({ cycle = cycle, nan = 0 / 0, inf = math.huge, f = print, co = coroutine.create(print), key = { [{}] = 1 }, float = { [1.5] = 1 } }) do
      local passed, text = pcall(ctx.json.encode, value)
      if passed then error("let through: " .. name .. " as " .. text) end
    end
    if ctx.json.encode(ctx.json.array({})) ~= "[]" then error("no array") end
    for _, value in ipairs({ 1, "x", true, print }) do pcall(ctx.json.array, value) end
    pcall(ctx.json.array)
    local locked = setmetatable({}, { __metatable = "locked", __index = function() while true do end end })
    pcall(ctx.json.array, locked)
  end,
}
