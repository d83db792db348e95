-- outcome: ok,error
-- attacks: a __len that is no length is refused by what asks for it

return {
  name = "metamethods-length_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, length in ipairs({ -1, 1.5, "10", math.maxinteger, math.mininteger, 0 / 0, 1e300, {} }) do
      local t = setmetatable({}, { __len = function() return length end })
      pcall(table.insert, t, 1)
      pcall(table.remove, t)
      pcall(table.concat, t)
      pcall(table.sort, t)
      pcall(table.insert, t, -5, 1)
      pcall(ipairs, t)
    end
  end,
}
