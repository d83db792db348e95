-- outcome: ok
-- attacks: unpack refuses more results than a stack holds, without counting over

return {
  name = "stack-unpack_too_many", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, range in ipairs({ { 1, 10000000 }, { 1, math.maxinteger }, { math.mininteger, math.maxinteger }, { math.mininteger, -1 }, { 0, 2147483647 } }) do
      local passed, why = pcall(table.unpack, {}, range[1], range[2])
      if passed then error("let through: " .. range[1] .. " to " .. range[2]) end
    end
  end,
}
