-- outcome: ok,error,memory,timeout
-- attacks: CVE-2022-33099: an error raised in the stack's reserve does not write past it

return {
  name = "stack-overflow_while_handling_overflow", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function loop(x, y, z) return 1 + loop(x, y, z) end
    for i = 1, 20 do
      xpcall(loop, function(m)
        local _, e = pcall(loop, nil, i, {})
        return tostring(m) .. tostring(e)
      end, nil, i)
      -- messages built by luaG_runerror at the last free slots
      local function concat(n) local a, b, c = n, n, n return (concat(n + 1) .. {}) .. a .. b .. c end
      pcall(concat, 1)
    end
  end,
}
