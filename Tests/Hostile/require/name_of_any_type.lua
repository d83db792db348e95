-- outcome: ok
-- attacks: a name that is no string is refused

return {
  name = "require-name_of_any_type", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, name in ipairs({ true, {}, print, coroutine.create(print), ctx }) do if pcall(require, name) then error("let through") end end
    if pcall(require) or pcall(require, nil) or pcall(require, 1.5) then error("let through") end
    if pcall(require, setmetatable({}, { __tostring = function() return "init" end, __name = "init" })) then error("let through") end
  end,
}
