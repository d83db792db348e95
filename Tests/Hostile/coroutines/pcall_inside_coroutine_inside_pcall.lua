-- outcome: timeout
-- phase: process
-- attacks: a stop passes through every nesting of pcall and coroutine

return {
  name = "coroutines-pcall_inside_coroutine_inside_pcall", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin(n)
      while true do
        if n > 0 then
          pcall(coroutine.wrap(function() pcall(spin, n - 1) end))
        end
      end
    end
    while true do pcall(spin, 5) end
  end,
}
