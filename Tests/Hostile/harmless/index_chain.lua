-- outcome: ok
-- about: a chain of ninety tables
-- result: ["at the end"]

return {
  name = "harmless-index_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = { value = "at the end" }
    for i = 1, 90 do t = setmetatable({}, { __index = t }) end
    return t.value
  end,
}
