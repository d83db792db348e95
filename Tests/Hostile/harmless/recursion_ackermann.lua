-- outcome: ok
-- about: calls that grow fast
-- result: [125]

return {
  name = "harmless-recursion_ackermann", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function a(m, n)
      if m == 0 then return n + 1 end
      if n == 0 then return a(m - 1, 1) end
      return a(m - 1, a(m, n - 1))
    end
    return a(3, 4)
  end,
}
