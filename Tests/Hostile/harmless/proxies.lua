-- outcome: ok
-- about: read-only tables and defaults by metamethods
-- result: [false,10,0,3]

return {
  name = "harmless-proxies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local data = { x = 10 }
    local proxy = setmetatable({}, { __index = data, __newindex = function() error("read-only") end, __len = function() return 3 end })
    local defaults = setmetatable({}, { __index = function() return 0 end })
    return pcall(function() proxy.y = 1 end) and true or false, proxy.x, defaults.anything, #proxy
  end,
}
