-- outcome: ok
-- about: eighty coroutines within one another
-- result: [80]

return {
  name = "harmless-coroutines_nested", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function down(n) if n == 0 then return 0 end return 1 + coroutine.wrap(down)(n - 1) end
    return down(80)
  end,
}
