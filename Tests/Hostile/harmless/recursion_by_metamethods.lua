-- outcome: ok
-- about: __index functions a hundred deep
-- result: [100]

return {
  name = "harmless-recursion_by_metamethods", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local base = { depth = 100 }
    local t = base
    for i = 1, 100 do
      local below = t
      t = setmetatable({}, { __index = function(_, k) return below[k] end })
    end
    return t.depth
  end,
}
