-- outcome: timeout
-- phase: process
-- attacks: each coroutine that is stopped leaves another that spins

return {
  name = "coroutines-generation_of_spinners", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin()
      while true do
        local co = coroutine.create(spin)
        coroutine.resume(co)
        coroutine.close(co)
      end
    end
    spin()
  end,
}
