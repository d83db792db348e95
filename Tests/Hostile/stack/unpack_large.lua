-- outcome: ok,memory,error
-- attacks: results by the hundred thousand do not break a stack

return {
  name = "stack-unpack_large", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local n = select("#", table.unpack({}, 1, 300000))
    if n ~= 300000 then error("lost values") end
    return n
  end,
}
