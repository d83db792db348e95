-- outcome: ok,error
-- attacks: a __mode that is no mode is ignored

return {
  name = "metamethods-mode_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, mode in ipairs({ "kkkvvvxyz", "", "x", 1, true, {} }) do
      local t = setmetatable({}, { __mode = mode })
      for i = 1, 100 do t[{}] = {} end
      for i = 1, 50 do local s = ("x"):rep(20000 + i) end
    end
  end,
}
