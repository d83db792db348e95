-- outcome: ok
-- about: fifty thousand pieces joined
-- result: [288894]

return {
  name = "harmless-strings_built", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local parts = {}
    for i = 1, 50000 do parts[i] = i .. "," end
    return #table.concat(parts)
  end,
}
