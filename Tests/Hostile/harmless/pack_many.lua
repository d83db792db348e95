-- outcome: ok
-- about: ten thousand records
-- result: [60000,49995000]

return {
  name = "harmless-pack_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local parts = {}
    for i = 0, 9999 do parts[i + 1] = string.pack(">I4 I2", i, i % 65536) end
    local data, sum, position = table.concat(parts), 0, 1
    while position <= #data do
      local n
      n, position = string.unpack(">I4", data, position)
      sum = sum + n
      position = position + 2
    end
    return #data, sum
  end,
}
