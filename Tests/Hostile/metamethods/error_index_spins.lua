-- outcome: error
-- phase: process
-- attacks: the fields of an error value are read without its metamethods

return {
  name = "metamethods-error_index_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do end end
    error(setmetatable({ message = "plain" }, { __index = spin, __pairs = spin, __len = spin, __name = spin, __metatable = spin, __eq = spin }))
  end,
}
