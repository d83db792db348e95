-- outcome: ok
-- about: ten thousand scopes
-- result: [10000]

return {
  name = "harmless-close_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = 0
    local mt = { __close = function() n = n + 1 end }
    for i = 1, 10000 do local x <close> = setmetatable({}, mt) end
    return n
  end,
}
