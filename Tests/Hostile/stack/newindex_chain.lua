-- outcome: error
-- phase: process
-- attacks: a __newindex that is the table itself does not loop
-- says: chain too long

return {
  name = "stack-newindex_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    local t = setmetatable({}, mt)
    mt.__newindex = t
    t.x = 1
  end,
}
