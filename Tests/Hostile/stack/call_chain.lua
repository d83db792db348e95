-- outcome: error,memory,timeout
-- phase: process
-- attacks: a __call that is the table itself grows the stack inside of C: no instruction runs

return {
  name = "stack-call_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    setmetatable(t, { __call = t })
    return t()
  end,
}
