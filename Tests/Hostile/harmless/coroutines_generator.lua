-- outcome: ok
-- about: permutations by a recursive generator
-- result: [720]

return {
  name = "harmless-coroutines_generator", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function permute(a, n)
      if n == 0 then coroutine.yield(a) end
      for i = 1, n do
        a[n], a[i] = a[i], a[n]
        permute(a, n - 1)
        a[n], a[i] = a[i], a[n]
      end
    end
    local count = 0
    for _ in coroutine.wrap(function() permute({ 1, 2, 3, 4, 5, 6 }, 6) end) do count = count + 1 end
    return count
  end,
}
