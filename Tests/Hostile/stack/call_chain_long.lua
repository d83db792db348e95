-- outcome: ok,error,memory,timeout
-- attacks: a chain of a hundred thousand __call tables does not hang inside of C

return {
  name = "stack-call_chain_long", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f = function(...) return select("#", ...) end
    for i = 1, 100000 do f = setmetatable({}, { __call = f }) end
    return f()
  end,
}
