-- outcome: ok
-- attacks: a chunk under another _ENV reaches no more than under its own

return {
  name = "environment-env_is_replaced", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local names = {}
    do
      local _ENV = {}
      if load or io or os or print then names[1] = "let through" end
    end
    local f = load("return io, os, print, _G, _ENV", "x", "t", {})
    local io, os, print, G, env = f()
    if io or os or print or G then error("let through: a global") end
    local g = load("return _ENV", "x", "t", nil)
    if g() ~= nil then error("let through: nil is no environment") end
    if #names > 0 then error(names[1]) end
  end,
}
