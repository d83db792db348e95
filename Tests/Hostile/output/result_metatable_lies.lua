-- outcome: ok
-- attacks: a result is read without its metamethods

return {
  name = "output-result_metatable_lies", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do end end
    return setmetatable({ a = 1 }, { __index = spin, __pairs = spin, __len = spin, __tostring = spin, __metatable = false, __name = "\27[2J", __close = spin, __eq = spin })
  end,
}
