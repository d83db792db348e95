-- outcome: timeout
-- phase: process
-- attacks: a close variable cannot start the work again when it was ended

return {
  name = "close-restarts_the_work", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local work
    local mt = { __close = function() work() end }
    function work()
      local x <close> = setmetatable({}, mt)
      while true do end
    end
    work()
  end,
}
