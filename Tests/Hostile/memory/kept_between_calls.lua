-- outcome: memory,timeout
-- phase: process
-- attacks: what initialize kept counts in process

local kept

return {
  name = "memory-kept_between_calls", version = "1.0.0", plugin_type = "processor",
  initialize = function(ctx)
    kept = ("x"):rep(5000000)
  end,
  process = function(ctx, item)
    local more = kept .. "y"
    local most = more .. more .. more
    return #most
  end,
}
