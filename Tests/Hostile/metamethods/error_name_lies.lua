-- outcome: error
-- phase: process
-- attacks: a __name that steers a terminal reaches neither message nor log

return {
  name = "metamethods-error_name_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __name = "\27]0;owned\7\27[2J\n\r" })
    print(t)
    ctx.log.error(tostring(t))
    string.rep(t)
  end,
}
