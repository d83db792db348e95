-- outcome: ok,error
-- attacks: gsub's replacement table and function may do anything to what gsub holds

return {
  name = "metamethods-index_changes_in_gsub", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("key "):rep(100)
    local n = 0
    s:gsub("%w+", setmetatable({}, { __index = function(_, k) n = n + 1 s = nil return ("x"):rep(1000) end }))
    for word in ("a b c d"):gmatch("%a") do string.gmatch = nil end
    if n ~= 100 then error("wrong count") end
  end,
}
