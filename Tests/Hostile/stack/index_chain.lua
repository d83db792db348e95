-- outcome: error
-- phase: process
-- attacks: an __index that is the table itself does not loop
-- says: chain too long

return {
  name = "stack-index_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    local t = setmetatable({}, mt)
    mt.__index = t
    return t.x
  end,
}
